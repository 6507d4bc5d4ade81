package weaviate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"strings"
	"sync"

	"github.com/grafana/sobek"
	"go.k6.io/k6/v2/js/common"

	"github.com/xk6-weaviate/xk6-weaviate/fanout"
	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/truth"
)

// fileLimit is how many objects each query of a file asks for when the script does not say: the predecessor's default.
const fileLimit = 200

// queryFiles keeps the query files of a process: each is read once, and its sets are made once per limit and shared by all VUs,
// however many load them.
type queryFiles struct {
	mutex sync.Mutex
	files map[string]*queryFile
	sets  map[fileKey][]*fanout.Set
	// truths are by path.
	truths map[string]*truth.File
}

// queryFile is a file that was read. sha256 is the hash of its bytes.
type queryFile struct {
	*queries.File

	sha256 [sha256.Size]byte
}

// hash is the hash in hexadecimal digits.
func (f *queryFile) hash() string { return hex.EncodeToString(f.sha256[:]) }

type fileKey struct {
	path  string
	limit int
}

// querySets is the handle that scripts get for a query file.
type querySets struct {
	Length      int      `js:"length"`
	Collections []string `js:"collections"`
	SearchType  string   `js:"searchType"`
	Dimensions  int      `js:"dimensions"`
	Truth       any      `js:"truth"` // *truthObject, or null for none

	path  string
	limit int
	file  *queryFile
	sets  []*fanout.Set
	truth *truth.File // nil for none
}

// querySet is the handle for one of its sets.
type querySet struct {
	set   *fanout.Set
	truth *truth.Set // nil for none

	SearchType string `js:"searchType"`
	Length     int    `js:"length"`
}

// At is at(i): set i, from 0.
func (s *querySets) At(call sobek.FunctionCall, rt *sobek.Runtime) sobek.Value {
	argument, i := call.Argument(0), 0
	err := readCount(&i, 0)(argument)
	if n, ok := argument.Export().(int64); ok && (n < 0 || n >= int64(len(s.sets))) {
		err = fmt.Errorf("query set %d does not exist: there are %d, from 0 to %d", n, len(s.sets), len(s.sets)-1)
	} else if err != nil {
		err = fmt.Errorf("at: the number of a query set %w", err)
	}
	if err != nil {
		common.Throw(rt, err)
	}
	return rt.ToValue(s.handle(i))
}

// Random returns any of the sets, each equally often.
func (s *querySets) Random() *querySet {
	return s.handle(rand.IntN(len(s.sets))) //nolint:gosec // a load test needs no secrets here
}

func (s *querySets) handle(i int) *querySet {
	set := s.sets[i]
	handle := &querySet{set: set, SearchType: string(set.SearchType()), Length: set.Len()}
	if s.truth != nil {
		handle.truth = s.truth.Set(i)
	}
	return handle
}

// loadQuerySets is loadQuerySets(path, { limit, truth }).
func (mi *instance) loadQuerySets(call sobek.FunctionCall) sobek.Value {
	sets, err := mi.load(call)
	if err != nil {
		mi.throw("loadQuerySets: %w", err)
	}
	return mi.vu.Runtime().ToValue(sets)
}

func (mi *instance) load(call sobek.FunctionCall) (*querySets, error) {
	if mi.vu.State() != nil {
		return nil, errors.New("call it at the top of the script (in the init context), so that archives carry the file")
	}
	path, ok := call.Argument(0).Export().(string)
	if !ok || path == "" {
		return nil, fmt.Errorf("the path of a query file is missing: got %s", describe(call.Argument(0)))
	}
	limit, truthPath := fileLimit, ""
	err := readObject("the options", call.Argument(1), fields{"limit": readCount(&limit, 1), "truth": readString(&truthPath)})
	if err != nil {
		return nil, err
	}
	if path, err = localPath(mi.vu.InitEnv(), path); err != nil {
		return nil, err
	}
	file, sets, err := mi.module.files.load(mi.vu.InitEnv(), fileKey{path, limit})
	if err != nil {
		return nil, err
	}
	found := &querySets{
		Length: len(sets), Collections: file.Collections(), SearchType: string(file.SearchType), Dimensions: file.Dimensions,
		path: path, limit: limit, file: file, sets: sets,
	}
	if truthPath == "" {
		return found, nil
	}
	if truthPath, err = localPath(mi.vu.InitEnv(), truthPath); err != nil {
		return nil, err
	}
	if found.truth, err = mi.module.files.truthOf(mi.vu.InitEnv(), truthPath, file); err != nil {
		return nil, err
	}
	found.Truth = newTruthObject(found.truth)
	return found, nil
}

// localPath turns a path, relative to the entry script, or a file:// URL, as import.meta.resolve gives it, into the path by
// which k6's file systems know the file.
func localPath(env *common.InitEnvironment, path string) (string, error) {
	if strings.Contains(path, "://") {
		u, err := url.Parse(path)
		if err != nil || u.Scheme != "file" {
			return "", fmt.Errorf("%q is not a file: use a path or a file:// URL", path)
		}
		path = filepath.FromSlash(u.Path)
	}
	return env.GetAbsFilePath(path), nil
}

// load reads a file, unless it is there already, and makes its sets.
func (f *queryFiles) load(env *common.InitEnvironment, key fileKey) (*queryFile, []*fanout.Set, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.files == nil {
		f.files, f.sets = make(map[string]*queryFile), make(map[fileKey][]*fanout.Set)
	}
	var err error
	file, sets := f.files[key.path], f.sets[key]
	if file == nil {
		if file, err = readFile(env, key.path); err != nil {
			return nil, nil, err
		}
		f.files[key.path] = file
	}
	if sets == nil {
		if sets, err = file.QuerySets(key.limit); err != nil {
			return nil, nil, err
		}
		f.sets[key] = sets
	}
	return file, sets, nil
}

// readFile reads a file through the init environment's file system, which puts it into archives and finds it there.
func readFile(env *common.InitEnvironment, path string) (*queryFile, error) {
	reader, err := env.FileSystems["file"].Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no query file at %s: `k6 x weaviate queries` makes query files, and a relative path is relative to "+
			"the script", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the query file: %w", err)
	}
	defer func() { _ = reader.Close() }()
	hash := sha256.New()
	file, err := queries.Read(io.TeeReader(reader, hash), path)
	if err != nil {
		return nil, err
	}
	return &queryFile{file, [sha256.Size]byte(hash.Sum(nil))}, nil
}
