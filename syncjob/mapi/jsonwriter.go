package mapi

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"pstsyncd/syncjob/item"
)

// jsonWriter writes JSON in pieces and keeps the first error.
type jsonWriter struct {
	w   *bufio.Writer
	err error
}

func (w *jsonWriter) text(s string) {
	if w.err == nil {
		_, w.err = w.w.WriteString(s)
	}
}

func (w *jsonWriter) value(v any) {
	if w.err != nil {
		return
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if w.err = enc.Encode(v); w.err == nil {
		_, w.err = w.w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
	}
}

// member writes "name":"value", and a comma.
func (w *jsonWriter) member(name, value string) {
	w.value(name)
	w.text(":")
	w.value(value)
	w.text(",")
}

// content writes the members that items and embedded items share.
func (w *jsonWriter) content(it *item.Item) {
	props, prefix, marked := unmarkSubject(it.Props)
	w.text(`"properties":`)
	w.props(props)
	if marked {
		w.text(`,"subject_prefix":` + strconv.Itoa(prefix))
	}
	if len(it.Recipients) > 0 {
		w.text(`,"recipients":`)
		list(w, it.Recipients, w.props)
	}
	if len(it.Attachments) > 0 {
		w.text(`,"attachments":`)
		list(w, it.Attachments, w.attachment)
	}
}

func list[T any](w *jsonWriter, values []T, write func(T)) {
	separator := "["
	for _, v := range values {
		w.text(separator)
		write(v)
		separator = ","
	}
	w.text("]")
}

func (w *jsonWriter) attachment(a item.Attachment) {
	w.text(`{"properties":`)
	w.props(a.Props)
	if a.Embedded != nil {
		w.text(`,"item":{`)
		w.content(a.Embedded)
		w.text("}")
	}
	w.text("}")
}

func (w *jsonWriter) props(p item.Props) {
	w.text("{")
	for i, k := range p.Keys() {
		if i > 0 {
			w.text(",")
		}
		w.property(k, p[k])
	}
	w.text("}")
}

func (w *jsonWriter) property(k item.Key, v item.Value) {
	name := Name(k, v.Type)
	w.value(name)
	w.text(":")
	if v.Large != nil && v.Type == item.TypeBinary {
		w.large(name, v)
		return
	}
	b, err := bytesOf(v)
	if err != nil {
		w.fail(name, err)
		return
	}
	plain, ok := natural(v.Type, b)
	switch {
	case !ok:
		w.text(fmt.Sprintf(`{"type":"0x%04X","raw":"%s"}`, uint16(v.Type), base64.StdEncoding.EncodeToString(b)))
	case impliedType(name, plain) == v.Type:
		w.value(plain)
	default:
		w.typed(v.Type)
		w.value(plain)
		w.text("}")
	}
}

// large streams a binary value.
func (w *jsonWriter) large(name string, v item.Value) {
	plain := impliedType(name, "") == v.Type
	if !plain {
		w.typed(v.Type)
	}
	w.text(`"`)
	if w.err == nil {
		w.fail(name, copyBase64(w.w, v.Large))
	}
	w.text(`"`)
	if !plain {
		w.text("}")
	}
}

func (w *jsonWriter) typed(t item.Type) {
	w.text(fmt.Sprintf(`{"type":"0x%04X","value":`, uint16(t)))
}

// fail names the property in the first error.
func (w *jsonWriter) fail(name string, err error) {
	if w.err == nil && err != nil {
		w.err = fmt.Errorf("property %s: %w", name, err)
	}
}

func copyBase64(to io.Writer, from *item.Large) error {
	in, err := from.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	enc := base64.NewEncoder(base64.StdEncoding, to)
	n, err := io.Copy(enc, in)
	if err == nil && n != from.Size {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return fmt.Errorf("read value of %d bytes: %w", from.Size, err)
	}
	return enc.Close()
}

func bytesOf(v item.Value) ([]byte, error) {
	if v.Large == nil {
		return v.Data, nil
	}
	return readLarge(v.Large.Size, v.Large.Open)
}

// impliedType is the type of a property of which only the name and a plain JSON
// value are known; 0 when they do not tell.
func impliedType(name string, plain any) item.Type {
	if _, t, err := ParseName(name); err == nil && t != 0 {
		return t
	}
	switch v := plain.(type) {
	case string:
		return item.TypeUnicode
	case bool:
		return item.TypeBool
	case json.Number:
		if _, err := parseInt(v, 32); err == nil {
			return item.TypeInt32
		}
	case []any:
		for _, one := range v {
			if _, ok := one.(string); !ok {
				return 0
			}
		}
		return item.TypeUnicode | item.TypeMulti
	}
	return 0
}
