package mapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"pstsyncd/syncjob/item"
)

// ErrInput: what was given to [Decoder] is not an item. The error says in which
// line, at which property, and what would be right.
var ErrInput = errors.New("invalid input")

// Input is one line: a new item, or with an ID the changes of one that is there.
type Input struct {
	Line    int // counted from 1
	ID      string
	Folder  string     // as in the line, often empty
	Item    *item.Item // of a line without an id
	Changes Changes    // of a line with an id; what is already so is not in it
}

// Decoder reads the lines that [Encoder] writes, and lines of that form that
// people write:
//
//   - Without "id" a line is a new item. It needs a class, either as "class" or
//     as PidTagMessageClass.
//   - With "id" it is a change: properties that it names are set, those with the
//     value null are removed, all others stay. "recipients" and "attachments"
//     replace the whole list, and stay as they are when not named.
//   - "class" of an item that is there, "name", "modified" and volatile
//     properties are not read.
//
// The type of a value is what the object form says; else the one that the
// canonical name has; else the one that the property has in the item to be
// changed; else Unicode for a string, Boolean, a 32-bit number, or a list of
// Unicode strings. Empty lines are skipped.
type Decoder struct {
	r    *bufio.Reader
	line int
}

// NewDecoder returns a decoder that reads from r.
func NewDecoder(r io.Reader) *Decoder { return &Decoder{r: bufio.NewReaderSize(r, 64<<10)} }

// Decode reads the next line that is not empty; io.EOF when there is none.
// existing is asked for the item of an id; its errors are passed on.
func (d *Decoder) Decode(existing func(id string) (*item.Item, error)) (Input, error) {
	line, err := d.next()
	if err != nil {
		return Input{}, err
	}
	in, err := decodeLine(line, existing)
	if err != nil {
		return Input{}, fmt.Errorf("line %d: %w", d.line, err)
	}
	in.Line = d.line
	return in, nil
}

func (d *Decoder) next() ([]byte, error) {
	for {
		line, err := d.r.ReadBytes('\n')
		if d.line++; d.line == 1 {
			line = bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF")) // as some shells put before what they pipe
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && (err == nil || err == io.EOF) {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// jsonLine and the types below mirror what Encoder writes.
type jsonLine struct {
	ID       string `json:"id"`
	Folder   string `json:"folder"`
	Class    string `json:"class"`
	Name     any    `json:"name"`
	Modified any    `json:"modified"`
	jsonContent
}

type jsonContent struct {
	Properties    map[string]any    `json:"properties"`
	SubjectPrefix *int              `json:"subject_prefix"`
	Recipients    *[]map[string]any `json:"recipients"`
	Attachments   *[]jsonAttachment `json:"attachments"`
}

type jsonAttachment struct {
	Properties map[string]any `json:"properties"`
	Item       *jsonContent   `json:"item"`
}

func decodeLine(text []byte, existing func(id string) (*item.Item, error)) (Input, error) {
	var line jsonLine
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	dec.DisallowUnknownFields()
	if err := dec.Decode(&line); err != nil {
		return Input{}, fmt.Errorf("%w: not an item as ls --json prints it: %w", ErrInput, err)
	}
	if dec.More() {
		return Input{}, fmt.Errorf("%w: more than one item in the line", ErrInput)
	}
	in := Input{ID: line.ID, Folder: line.Folder}
	if in.ID == "" {
		it, err := newItem(line)
		in.Item = it
		return in, err
	}
	old, err := existing(in.ID)
	if err != nil {
		return Input{}, err
	}
	if line.Class != "" && line.Class != old.Class && line.Properties["PidTagMessageClass"] == nil {
		return Input{}, fmt.Errorf(`%w: the item has class %q: to change that, set the property PidTagMessageClass`, ErrInput, old.Class)
	}
	in.Changes, err = changesOf(line.jsonContent, old)
	return in, err
}

func newItem(line jsonLine) (*item.Item, error) {
	it, err := line.item(0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInput, err)
	}
	if it.Class == "" && line.Class != "" {
		it.Class = line.Class
		it.Props[item.KeyMessageClass] = item.String(line.Class)
	}
	if it.Class == "" {
		return nil, fmt.Errorf(`%w: a new item needs a class: give "class", for example "IPM.Contact"`, ErrInput)
	}
	return it, nil
}

// item makes an item of the content of a line or of an attachment.
func (c jsonContent) item(depth int) (*item.Item, error) {
	if depth > maxDepth {
		return nil, ErrTooDeep
	}
	props, _, err := decodeProps(c.Properties, nil, ofMessage)
	if err != nil {
		return nil, err
	}
	if err := c.markSubject(props); err != nil {
		return nil, err
	}
	it := &item.Item{Props: props}
	it.Class, _ = props.String(item.KeyMessageClass)
	if c.Recipients != nil {
		if it.Recipients, err = decodeRecipients(*c.Recipients); err != nil {
			return nil, err
		}
	}
	if c.Attachments != nil {
		it.Attachments, err = decodeAttachments(*c.Attachments, depth)
	}
	return it, err
}

func decodeRecipients(from []map[string]any) ([]item.Props, error) {
	var to []item.Props
	for i, r := range from {
		props, _, err := decodeProps(r, nil, ofRecipient)
		if err != nil {
			return nil, fmt.Errorf("recipient %d: %w", i+1, err)
		}
		to = append(to, props)
	}
	return to, nil
}

func decodeAttachments(from []jsonAttachment, depth int) ([]item.Attachment, error) {
	var to []item.Attachment
	for i, a := range from {
		props, _, err := decodeProps(a.Properties, nil, ofAttachment)
		if err != nil {
			return nil, fmt.Errorf("attachment %d: %w", i+1, err)
		}
		attachment := item.Attachment{Props: props}
		if a.Item != nil {
			if attachment.Embedded, err = a.Item.item(depth + 1); err != nil {
				return nil, fmt.Errorf("attachment %d: item: %w", i+1, err)
			}
		}
		to = append(to, attachment)
	}
	return to, nil
}
