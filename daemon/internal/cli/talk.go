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

func (t *talker) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelInfo }

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

func (t *talker) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &talker{app: t.app, attrs: append(t.attrs[:len(t.attrs):len(t.attrs)], attrs...)}
}

func (t *talker) WithGroup(string) slog.Handler { return t }
