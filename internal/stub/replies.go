package stub

import (
	"crypto/md5" //nolint:gosec // makes ids, hides nothing
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
)

// lyrics is what texts are made of.
const lyrics = "love rain night road river moon fire train heart home dance light blue summer lonely dream morning whisky "

// listKey is what a list of objects depends on.
type listKey struct {
	objects   int
	selection string
}

// id is the id of the collection's object i.
func (c *collection) id(i int) [16]byte {
	id := md5.Sum([]byte(c.Name + strconv.Itoa(i))) //nolint:gosec // see the import
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

func idText(id [16]byte) string {
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// text is a property of object i, size bytes long. Now and then it holds what JSON has to escape.
func text(i, size int) string {
	if size <= 0 {
		return ""
	}
	from := i * 7 % len(lyrics)
	b := strings.Builder{}
	for b.Len() < size {
		b.WriteString(lyrics[from:])
		from = 0
	}
	t := b.String()[:size]
	if i%16 == 5 && size > 8 {
		t = `"Oh" ` + t[6:] // a byte shorter: its quotes are escaped
	}
	return t
}

// textSize is the length of each property's text that makes objects as large as the collection says.
func (c *collection) textSize(sel selection) int {
	n := len(sel.properties)
	if n == 0 {
		return 0
	}
	bare := len(c.appendObject(nil, 0, sel, 0)) + 1
	return max(0, (c.ObjectSize-bare)/n)
}

// list is a JSON array of objects, encoded once.
func (c *collection) list(limit int, sel selection) []byte {
	key := listKey{max(0, min(limit, c.Objects)), sel.key()}
	if known, ok := c.lists.Load(key); ok {
		return known.([]byte)
	}
	size := c.textSize(sel)
	b := []byte{'['}
	for i := range key.objects {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.appendObject(b, i, sel, size)
	}
	b = append(b, ']')
	known, _ := c.lists.LoadOrStore(key, b)
	return known.([]byte)
}

// appendObject writes object i as GraphQL does: keys sorted.
func (c *collection) appendObject(b []byte, i int, sel selection, size int) []byte {
	object := make(map[string]any, len(sel.properties)+1)
	for _, p := range sel.properties {
		object[p] = text(i, size)
	}
	if len(sel.additional) > 0 {
		additional := make(map[string]any, len(sel.additional))
		for _, name := range sel.additional {
			additional[name] = c.additional(i, name)
		}
		object["_additional"] = additional
	}
	encoded, err := json.Marshal(object)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return append(b, encoded...)
}

func (c *collection) additional(i int, name string) any {
	switch name {
	case "id":
		return idText(c.id(i))
	case "distance", "certainty":
		return float32(i+1) / float32(c.Objects+1)
	case "score":
		return strconv.FormatFloat(1/float64(i+1), 'g', 6, 64)
	case "vector":
		return c.vector(i)
	default:
		return nil
	}
}

// vector is the vector of object i.
func (c *collection) vector(i int) []float32 {
	id := c.id(i)
	v := make([]float32, c.Dimensions)
	for k := range v {
		v[k] = float32(id[k%len(id)]) / 255
	}
	return v
}

// Field numbers of weaviate.v1 messages.
const (
	fieldReplyTook        = 1 // SearchReply
	fieldReplyResults     = 2
	fieldReplyGenerative  = 3
	fieldResultProperties = 1 // SearchResult
	fieldResultMetadata   = 2
	fieldTargetCollection = 3 // PropertiesResult
	fieldNonRefProps      = 11
	fieldPropertiesFields = 1 // Properties, a map
	fieldMapKey           = 1
	fieldMapValue         = 2
	fieldTextValue        = 13 // Value
	fieldMetadataID       = 1  // MetadataResult
	fieldMetadataIDBytes  = 20
)

// results are the results of a SearchReply, encoded once: all of the message but `took`.
func (c *collection) results(limit int, sel selection) []byte {
	key := listKey{max(0, min(limit, c.Objects)), sel.key()}
	if known, ok := c.messages.Load(key); ok {
		return known.([]byte)
	}
	size := c.textSize(sel)
	var b []byte
	for i := range key.objects {
		b = protowire.AppendTag(b, fieldReplyResults, protowire.BytesType)
		b = protowire.AppendBytes(b, c.result(i, sel, size))
	}
	b = appendString(b, fieldReplyGenerative, "") // present and empty, as Weaviate sends it
	known, _ := c.messages.LoadOrStore(key, b)
	return known.([]byte)
}

// result is a SearchResult.
func (c *collection) result(i int, sel selection, size int) []byte {
	var fields []byte
	for _, p := range sel.properties {
		var entry []byte
		entry = appendString(entry, fieldMapKey, p)
		entry = appendString(entry, fieldMapValue, string(appendString(nil, fieldTextValue, text(i, size))))
		fields = appendString(fields, fieldPropertiesFields, string(entry))
	}
	var properties []byte
	properties = appendString(properties, fieldTargetCollection, c.Name)
	properties = appendString(properties, fieldNonRefProps, string(fields))
	b := appendString(nil, fieldResultProperties, string(properties))
	var metadata []byte
	if slices.Contains(sel.additional, "id") {
		id := c.id(i)
		metadata = appendString(metadata, fieldMetadataID, idText(id))
		metadata = appendString(metadata, fieldMetadataIDBytes, string(id[:]))
	}
	return appendString(b, fieldResultMetadata, string(metadata))
}

func appendString(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

// replies keeps whole GraphQL replies without errors: the same one answers every document that asks for the same fields.
type replies struct{ bySignature sync.Map }

func (r *replies) get(signature string, encode func() []byte) []byte {
	if known, ok := r.bySignature.Load(signature); ok {
		return known.([]byte)
	}
	known, _ := r.bySignature.LoadOrStore(signature, encode())
	return known.([]byte)
}
