package configs

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
)

// Secret is a text that no log and no error shows. Use Reveal where it is needed.
type Secret struct{ text string }

// Reveal returns the text.
func (s Secret) Reveal() string { return s.text }

// hidden is what is shown in place of a secret.
const hidden = "[hidden]"

// String hides the text from %v and %s.
func (s Secret) String() string { return hidden }

// GoString hides the text from %#v.
func (s Secret) GoString() string { return hidden }

// LogValue hides the text from logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// maxSecret bounds a password file, in bytes.
const maxSecret = 4096

// Secrets returns the passwords of the stores, empty where there is none. PSTSYNCD_COMMON_PASSWORD and
// PSTSYNCD_LOCAL_PASSWORD win over the files; a line end at the end of a file does not count.
func (c *Config) Secrets(getenv func(string) string) (common, local Secret, err error) {
	common, commonErr := secret(getenv(envPrefix+"COMMON_PASSWORD"), c.Password.CommonFile)
	local, localErr := secret(getenv(envPrefix+"LOCAL_PASSWORD"), c.Password.LocalFile)
	return common, local, errors.Join(commonErr, localErr)
}

func secret(text, file string) (Secret, error) {
	if text != "" || file == "" {
		return Secret{text}, nil
	}
	info, err := os.Stat(file)
	if err != nil {
		return Secret{}, fmt.Errorf("read password: %w", err)
	}
	if info.Size() > maxSecret {
		return Secret{}, fmt.Errorf("read password: %s: %d bytes are too many", file, info.Size())
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return Secret{}, fmt.Errorf("read password: %w", err)
	}
	return Secret{strings.TrimRight(string(b), "\r\n")}, nil
}
