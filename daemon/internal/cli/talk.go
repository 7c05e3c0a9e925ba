package cli

import (
	"context"
	"log/slog"
	"strings"
)

// talk is a logger for verbs that a person waits for: its lines look like what
// the verb itself says. It knows no groups, as no package below logs any.
func (a *app) talk() *slog.Logger { return slog.New(&talker{app: a}) }

type talker struct {
	app   *app
	attrs []slog.Attr
}

// Enabled leaves out what is for debugging.
func (t *talker) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

// Handle says a record in one line: the message and its attributes.
func (t *talker) Handle(_ context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(r.Message)
	add := func(a slog.Attr) bool {
		b.WriteString(" " + a.Key + "=" + a.Value.String())
		return true
	}
	for _, a := range t.attrs {
		add(a)
	}
	r.Attrs(add)
	t.app.say("%s", b.String())
	return nil
}

// WithAttrs is a handler that adds these attributes to each line.
func (t *talker) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &talker{app: t.app, attrs: append(t.attrs[:len(t.attrs):len(t.attrs)], attrs...)}
}

// WithGroup passes the name of a group over.
func (t *talker) WithGroup(string) slog.Handler { return t }
