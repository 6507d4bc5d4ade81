package embed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Where embeddings come from unless the options say otherwise.
const (
	DefaultOpenAIURL   = "https://api.openai.com/v1"
	DefaultOpenAIModel = "text-embedding-3-small"
)

const (
	openAIBatch    = 64              // texts in a request: few enough for every endpoint's limit
	openAITimeout  = time.Minute     // of one request
	openAITries    = 5               // of one request
	openAIPatience = 2 * time.Minute // for all tries of one request, with the waits between them
	openAIReply    = 64 << 20        // bytes of a reply: 64 texts of the longest vectors fit in it
)

// OpenAIOptions say which endpoint to use, and how.
type OpenAIOptions struct {
	// URL is what precedes /embeddings. A query, as Azure's api-version, is kept. DefaultOpenAIURL if empty.
	URL string
	// Model is the model's name; DefaultOpenAIModel if empty.
	Model string
	// Key is sent as the bearer token; empty for an endpoint that wants none.
	Key string
	// Dimensions asks for vectors of that length, which not every model can make; 0 asks for nothing.
	Dimensions int
}

// OpenAI makes vectors by an endpoint that speaks OpenAI's protocol for embeddings: OpenAI itself, Azure, Ollama, and many
// more. It is one POST request, so this file is all there is to it: the official client would add 18 MB to the binary.
type OpenAI struct {
	options  OpenAIOptions
	endpoint string // where requests go
	shown    string // what errors call it: without a query, which may hold secrets
	client   *http.Client
}

// NewOpenAI checks the options. It sends nothing.
func NewOpenAI(o OpenAIOptions) (*OpenAI, error) {
	if o.URL == "" {
		o.URL = DefaultOpenAIURL
	}
	if o.Model == "" {
		o.Model = DefaultOpenAIModel
	}
	o.Key = strings.TrimSpace(o.Key)
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the URL of the embeddings is no address: write it as https://host/v1, or http://127.0.0.1:11434/v1 for an Ollama here")
	}
	if u.User != nil {
		return nil, errors.New("the URL of the embeddings has a user or a password in it: put the key into OPENAI_API_KEY instead")
	}
	if o.Dimensions < 0 {
		return nil, fmt.Errorf("vectors of %d dimensions: use 1 and up, or 0 for the model's own length", o.Dimensions)
	}
	u = u.JoinPath("embeddings")
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	return &OpenAI{
		options: o, endpoint: u.String(), shown: shown.String(),
		client: &http.Client{
			Timeout: openAITimeout,
			// Another host must not get the key.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Embed returns the vectors of texts, in their order and all of one length.
func (o *OpenAI) Embed(ctx context.Context, texts []string) ([][]float32, error) {
	vectors := make([][]float32, 0, len(texts))
	for len(vectors) < len(texts) {
		part := texts[len(vectors):min(len(texts), len(vectors)+openAIBatch)]
		made, err := backoff.Retry(ctx, func() ([][]float32, error) { return o.request(ctx, part) },
			backoff.WithMaxTries(openAITries), backoff.WithMaxElapsedTime(openAIPatience))
		if err != nil {
			return nil, fmt.Errorf("no embeddings from %s: %w", o.shown, o.hide(err))
		}
		vectors = append(vectors, made...)
	}
	for i, vector := range vectors {
		if len(vector) != len(vectors[0]) {
			return nil, fmt.Errorf("the embeddings from %s differ in length: %d numbers for %q and %d for %q",
				o.shown, len(vectors[0]), texts[0], len(vector), texts[i])
		}
	}
	return vectors, nil
}

// request sends one batch of texts, once. What may be tried again is an error that is not backoff.Permanent.
func (o *OpenAI) request(ctx context.Context, texts []string) ([][]float32, error) {
	body, err := json.Marshal(struct {
		Model      string   `json:"model"`
		Input      []string `json:"input"`
		Format     string   `json:"encoding_format"`
		Dimensions int      `json:"dimensions,omitempty"`
	}{o.options.Model, texts, "float", o.options.Dimensions})
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoint, bytes.NewReader(body))
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "xk6-weaviate")
	if o.options.Key != "" {
		request.Header.Set("Authorization", "Bearer "+o.options.Key)
		if strings.HasSuffix(request.URL.Hostname(), ".azure.com") {
			request.Header.Set("Api-Key", o.options.Key) // Azure's older interface wants it there
		}
	}
	reply, err := o.client.Do(request)
	if err != nil {
		return nil, o.unreachable(ctx, err)
	}
	defer func() { _ = reply.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(reply.Body, openAIReply+1))
	switch {
	case err != nil:
		return nil, o.unreachable(ctx, err)
	case reply.StatusCode != http.StatusOK:
		return nil, o.refusal(reply, text)
	case len(text) > openAIReply:
		return nil, backoff.Permanent(fmt.Errorf("the reply is longer than %d MiB", openAIReply>>20))
	}
	vectors, err := readEmbeddings(text, len(texts))
	if err != nil {
		return nil, backoff.Permanent(err)
	}
	return vectors, nil
}

// unreachable is why there was no reply. Its text leaves out the URL, whose query may hold secrets.
func (o *OpenAI) unreachable(ctx context.Context, err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	if ctx.Err() != nil {
		return backoff.Permanent(ctx.Err())
	}
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return backoff.Permanent(fmt.Errorf("%w: check --openai-url", err)) // nothing is there
	}
	return err
}

// refusal is why the endpoint did not answer with embeddings. Too many requests and errors of the server are worth another
// try, after the time that the server asks for.
func (o *OpenAI) refusal(reply *http.Response, text []byte) error {
	status := fmt.Sprintf("HTTP %d %s", reply.StatusCode, http.StatusText(reply.StatusCode))
	message := o.message(text)
	switch code := reply.StatusCode; {
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		// Not the message: it may quote the key.
		return backoff.Permanent(errors.New(status + ": set OPENAI_API_KEY to a key that may use this endpoint"))
	case code == http.StatusTooManyRequests && strings.Contains(string(text), "insufficient_quota"):
		return backoff.Permanent(errors.New(status + message))
	case code == http.StatusTooManyRequests || code >= http.StatusInternalServerError:
		return &later{text: status + message, after: retryAfter(reply.Header.Get("Retry-After"))}
	default:
		return backoff.Permanent(errors.New(status + message + ": check --openai-url and --openai-model"))
	}
}

// hide takes the key out of an error, which may quote what the endpoint said instead of a reply.
func (o *OpenAI) hide(err error) error {
	if o.options.Key == "" || !strings.Contains(err.Error(), o.options.Key) {
		return err
	}
	return errors.New(strings.ReplaceAll(err.Error(), o.options.Key, "…"))
}

// message is what the endpoint says of an error.
func (o *OpenAI) message(text []byte) string {
	said := string(text)
	var nested struct {
		Error struct{ Message string }
	}
	var flat struct{ Error, Message string }
	if json.Unmarshal(text, &nested) == nil && nested.Error.Message != "" {
		said = nested.Error.Message
	} else if json.Unmarshal(text, &flat) == nil && flat.Error+flat.Message != "" {
		said = flat.Error + flat.Message
	}
	said = strings.ToValidUTF8(said, "") // before the key is looked for: it may be between the parts of one
	if o.options.Key != "" {
		said = strings.ReplaceAll(said, o.options.Key, "…")
	}
	said = strings.Join(strings.Fields(said), " ")
	const most = 200
	if runes := []rune(said); len(runes) > most {
		said = string(runes[:most]) + "…"
	}
	if said == "" {
		return ""
	}
	return fmt.Sprintf(" (%q)", said)
}

// later is a refusal that is worth another try, after some time if the server says so.
type later struct {
	text  string
	after *backoff.RetryAfterError
}

func (l *later) Error() string {
	if l.after != nil && l.after.Duration > openAIPatience {
		return fmt.Sprintf("%s: it asks to wait for %v, so try again then", l.text, l.after.Duration)
	}
	return l.text
}

func (l *later) Unwrap() error {
	if l.after == nil {
		return nil
	}
	return l.after
}

// retryAfter reads the header of that name: seconds or a date.
func retryAfter(text string) *backoff.RetryAfterError {
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		const most = 365 * 24 * 3600 // more would overflow
		return &backoff.RetryAfterError{Duration: time.Duration(min(seconds, most)) * time.Second}
	}
	if date, err := http.ParseTime(text); err == nil {
		return &backoff.RetryAfterError{Duration: max(0, time.Until(date)).Round(time.Second)}
	}
	return nil
}

// readEmbeddings reads a reply's vectors, in the order of the texts. A null would read as 0 if it were no pointer.
func readEmbeddings(text []byte, want int) ([][]float32, error) {
	var reply struct {
		Data []struct {
			Index     int        `json:"index"`
			Embedding []*float32 `json:"embedding"`
		} `json:"data"`
	}
	if err := json.Unmarshal(text, &reply); err != nil {
		return nil, fmt.Errorf("the reply is not that of an OpenAI-compatible endpoint (%w): check --openai-url", err)
	}
	if len(reply.Data) != want {
		return nil, fmt.Errorf("the reply has %d embeddings for %d texts", len(reply.Data), want)
	}
	vectors := make([][]float32, want)
	for _, item := range reply.Data {
		if item.Index < 0 || item.Index >= want || vectors[item.Index] != nil {
			return nil, fmt.Errorf("the reply numbers its embeddings wrongly: %d is out of range or there twice", item.Index)
		}
		vector := make([]float32, len(item.Embedding))
		var square float64
		for i, x := range item.Embedding {
			if x == nil {
				return nil, fmt.Errorf("element %d of embedding %d is null", i, item.Index)
			}
			vector[i] = *x
			square += float64(*x) * float64(*x)
		}
		if square == 0 || math.IsInf(square, 0) {
			return nil, fmt.Errorf("embedding %d is empty or zero: there is nothing to search for", item.Index)
		}
		vectors[item.Index] = vector
	}
	return vectors, nil
}
