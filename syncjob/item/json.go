package item

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxJSONValue is the size in bytes up to which a value can be written as JSON.
const MaxJSONValue = 16 << 20

// ErrTooLarge is returned for a value that is over [MaxJSONValue].
var ErrTooLarge = errors.New("value too large")

type valueJSON struct {
	Type Type   `json:"type"`
	Data []byte `json:"data"`
}

// MarshalJSON writes type and bytes, also those of a value that is not held in
// memory.
func (v Value) MarshalJSON() ([]byte, error) {
	data, err := v.Bytes(MaxJSONValue)
	if err != nil {
		return nil, err
	}
	return json.Marshal(valueJSON{v.Type, data})
}

// UnmarshalJSON reads what [Value.MarshalJSON] writes.
func (v *Value) UnmarshalJSON(b []byte) error {
	var j valueJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*v = Value{Type: j.Type, Data: j.Data}
	return nil
}

// Bytes returns the whole value, of at most limit bytes; ErrTooLarge. The caller
// must not modify it.
func (v Value) Bytes(limit int64) ([]byte, error) {
	if v.Size() > limit {
		return nil, fmt.Errorf("%d bytes, want at most %d: %w", v.Size(), limit, ErrTooLarge)
	}
	if v.Large == nil {
		return v.Data, nil
	}
	r, err := v.Large.Open()
	if err != nil {
		return nil, fmt.Errorf("open large value: %w", err)
	}
	data := make([]byte, v.Large.Size)
	_, err = io.ReadFull(r, data)
	if closeErr := r.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("read large value of %d bytes: %w", v.Large.Size, err)
	}
	return data, nil
}
