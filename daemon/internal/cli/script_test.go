package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/rogpeppe/go-internal/testscript"

	"pstsyncd/lockmgr"
)

// patience is how long a script waits for something to happen.
const patience = 20 * time.Second

// hold is the program that another script command has to get past.
func hold() {
	_, err := lockmgr.Acquire(context.Background(), os.Args[1], lockmgr.Write)
	if err == nil {
		err = os.WriteFile(os.Args[2], nil, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	select {} // until killed
}

func await(ts *testscript.TestScript, _ bool, args []string) {
	until(ts, func() bool {
		_, err := os.Stat(ts.MkAbs(args[0]))
		return err == nil
	})
}

func eventually(ts *testscript.TestScript, _ bool, args []string) {
	want, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	until(ts, func() bool {
		return ts.Exec(args[1], args[2:]...) == nil && want.MatchString(ts.ReadFile("stdout"))
	})
}

// until asks whether it is done after each change of a file in the script's folder. The
// last one of a job is in the office lock, when all is released.
func until(ts *testscript.TestScript, done func() bool) {
	changes, err := fsnotify.NewWatcher()
	ts.Check(err)
	defer changes.Close()
	ts.Check(changes.Add(ts.Getenv("WORK")))
	late := time.After(patience)
	for !done() {
		select {
		case <-changes.Events:
		case err := <-changes.Errors:
			ts.Check(err)
		case <-late:
			ts.Fatalf("did not happen in %v", patience)
		}
	}
}

// line is an item as ls --json prints it.
type line struct {
	ID         string         `json:"id"`
	Folder     string         `json:"folder"`
	Name       string         `json:"name"`
	Class      string         `json:"class"`
	Properties map[string]any `json:"properties"`
}

// list is what ls --json prints of a store.
func list(ts *testscript.TestScript, store string) []line {
	ts.Check(ts.Exec("pstsyncd", "ls", "--json", store))
	var lines []line
	for dec := json.NewDecoder(strings.NewReader(ts.ReadFile("stdout"))); dec.More(); {
		var l line
		ts.Check(dec.Decode(&l))
		lines = append(lines, l)
	}
	return lines
}

// find is the item of that name outside Deleted Items.
func find(ts *testscript.TestScript, store, name string) line {
	for _, l := range list(ts, store) {
		if l.Name == name && l.Folder != "Deleted Items" {
			return l
		}
	}
	ts.Fatalf("%s has no %q", store, name)
	return line{}
}

func set(ts *testscript.TestScript, _ bool, args []string) {
	store, name, property, value := args[0], args[1], args[2], args[3]
	text, err := json.Marshal(map[string]any{
		"id": find(ts, store, name).ID, "properties": map[string]any{property: value},
	})
	ts.Check(err)
	put := exec.Command("pstsyncd", "put", ts.MkAbs(store))
	put.Stdin = bytes.NewReader(text)
	said, err := put.CombinedOutput()
	if err != nil {
		ts.Fatalf("%v: %s", err, said)
	}
}

func scribble(ts *testscript.TestScript, _ bool, args []string) {
	off, err := strconv.ParseInt(args[1], 0, 64)
	ts.Check(err)
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_WRONLY, 0)
	ts.Check(err)
	_, err = f.WriteAt(bytes.Repeat([]byte{0xA5}, n), off)
	ts.Check(errors.Join(err, f.Close()))
}

func remove(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("pstsyncd", "rm", args[0], find(ts, args[0], args[1]).ID))
}

// same compares all that ls --json prints but for ids.
func same(ts *testscript.TestScript, _ bool, args []string) {
	var texts [2][]string
	for i, store := range args {
		for _, l := range list(ts, store) {
			if l.Folder != "Contacts" && l.Folder != "Calendar" {
				continue
			}
			l.ID = ""
			text, err := json.Marshal(l)
			ts.Check(err)
			texts[i] = append(texts[i], string(text))
		}
		slices.Sort(texts[i])
	}
	if !slices.Equal(texts[0], texts[1]) {
		ts.Check(errors.New("stores differ:\n" + strings.Join(texts[0], "\n") + "\n" + strings.Join(texts[1], "\n")))
	}
}
