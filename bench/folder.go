package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/xk6-weaviate/xk6-weaviate/queries"
	"github.com/xk6-weaviate/xk6-weaviate/schedule"
	embedded "github.com/xk6-weaviate/xk6-weaviate/scripts"
)

// The variables that a bench keeps beside those of the schedule. The API key is not among them: keys never go into files.
const (
	variableLimit   = "LIMIT"
	variableQueries = "QUERIES"
	variableURL     = "WEAVIATE_URL"
	variableGRPC    = "WEAVIATE_GRPC"
	variableMetrics = "WEAVIATE_METRICS_URL"

	variableKey = "WEAVIATE_API_KEY" // not kept
)

// FolderName names a results folder after the time it was begun.
func FolderName(now time.Time) string { return "results_" + now.Format("20060102_150405") }

// keptVariables are the variables that a resumed bench takes from its folder and not from the environment.
func keptVariables() []string {
	names := []string{variableQueries, variableURL, variableGRPC, variableMetrics}
	for _, v := range schedule.Variables() {
		names = append(names, v.Name)
	}
	return names
}

// save writes bench.json anew.
func (b *Bench) save() error {
	m := manifest{
		Version: manifestVersion, SearchTypes: b.options.SearchTypes, Limits: b.options.Limits, Scripts: b.options.Scripts,
		Recall: b.options.Recall, Variables: make(map[string]string), Done: []string{},
	}
	for _, name := range keptVariables() {
		if value := b.options.Env[name]; value != "" && !mayBeSecret(name, value) {
			m.Variables[name] = value
		}
	}
	for _, test := range b.tests {
		if test.Done {
			m.Done = append(m.Done, test.Name)
		}
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return b.replace(filepath.Join(b.options.Folder, manifestName), append(text, '\n'))
}

// mayBeSecret says whether a variable is an address with a password or a key in it, which never go into files: whoever resumes the
// bench sets it again.
func mayBeSecret(name, value string) bool {
	if name != variableMetrics {
		return false // Weaviate's own addresses may have neither
	}
	u, err := url.Parse(value)
	return err != nil || u.User != nil || u.RawQuery != ""
}

// ownFile makes sure that a file of the results folder is in it, or not there yet: by a link, another file would be overwritten.
func ownFile(path string) error {
	info, err := os.Lstat(path)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is a link or no file, and a bench writes to files of its own folder only: remove it", path)
	}
	return nil // what else may be wrong shows when it is written
}

// Resume plans the bench that a results folder holds: its settings come from there, what is not a setting from o. Tests that
// are done stay as they are.
func Resume(o Options) (*Bench, error) {
	path := filepath.Join(o.Folder, manifestName)
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no %s in %s: name the results folder of a bench", manifestName, o.Folder)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the results folder: %w", err)
	}
	defer func() { _ = file.Close() }()
	m, err := readManifest(file)
	if err != nil {
		return nil, fmt.Errorf("%s is not a bench's: %w", path, err)
	}
	o.SearchTypes, o.Limits, o.Scripts, o.Recall, o.Env = m.SearchTypes, m.Limits, m.Scripts, m.Recall, maps.Clone(o.Env)
	for _, name := range keptVariables() {
		value := m.Variables[name]
		switch {
		case value != "":
			o.Env[name] = value
		case !mayBeSecret(name, o.Env[name]):
			delete(o.Env, name)
		}
	}
	b, err := New(o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	b.resumed = true
	for _, test := range b.tests {
		for _, name := range m.Done {
			if test.Name == name {
				test.Done = true
				test.Err = test.load(&b.options)
			}
		}
	}
	return b, nil
}

// scripts is the folder of the scripts that the tests run: the user's own, or those that the binary carries, written to where
// k6 can read them. remove takes them away again.
func (b *Bench) scripts() (folder string, remove func(), err error) {
	if own := b.options.Scripts; own != "" {
		for _, t := range b.options.SearchTypes {
			if _, err := os.Stat(filepath.Join(own, string(t)+".js")); err != nil {
				return "", nil, fmt.Errorf("the folder of scripts has no test for %s: %w", t, err)
			}
		}
		return own, func() {}, nil
	}
	root, err := os.MkdirTemp("", "k6-weaviate-"+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return "", nil, fmt.Errorf("cannot unpack the scripts: %w", err)
	}
	remove = func() { _ = os.RemoveAll(root) }
	folder = filepath.Join(root, "scripts")
	err = errors.Join(os.CopyFS(folder, embedded.Files), os.CopyFS(filepath.Join(root, "queries"), queries.Files))
	if err != nil {
		remove()
		return "", nil, fmt.Errorf("cannot unpack the scripts: %w", err)
	}
	return folder, remove, nil
}
