package configs

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// envPrefix begins the name of every environment variable of ours.
const envPrefix = "PSTSYNCD_"

// EnvName is the environment variable that sets a key such as "log.level".
func EnvName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// eachField visits every field of s that holds one value, with its key, which begins with prefix.
func eachField(s reflect.Value, prefix string, visit func(string, reflect.Value) error) error {
	var errs []error
	for i := range s.NumField() {
		key := prefix + s.Type().Field(i).Tag.Get("toml")
		switch v := s.Field(i); v.Kind() {
		case reflect.Struct:
			errs = append(errs, eachField(v, key+".", visit))
		case reflect.Slice: // the folder pairs are not one value
		default:
			errs = append(errs, visit(key, v))
		}
	}
	return errors.Join(errs...)
}

// readEnv sets every key whose variable is set and not empty.
func (c *Config) readEnv(getenv func(string) string) error {
	return eachField(reflect.ValueOf(c).Elem(), "", func(key string, v reflect.Value) error {
		text := getenv(EnvName(key))
		if text == "" {
			return nil
		}
		if err := setText(v, text); err != nil {
			return fmt.Errorf("environment: %w", &FieldError{Field: EnvName(key), Value: text, Want: err.Error()})
		}
		return nil
	})
}

func setText(v reflect.Value, text string) error {
	switch p := v.Addr().Interface().(type) {
	case *string:
		*p = text
	case *int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("a whole number")
		}
		*p = n
	case *time.Duration:
		d, err := time.ParseDuration(text)
		if err != nil {
			return errors.New(`a duration such as "2s"`)
		}
		*p = d
	default:
		panic(fmt.Sprintf("configs: no text form for %s", v.Type()))
	}
	return nil
}
