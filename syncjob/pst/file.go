package pst

import "log/slog"

// Options say how to open a store.
type Options struct {
	ReadOnly bool
	Password string       // needed for a store that has one
	CodePage int          // of String8 values; 0 takes what the store says, else 1252
	Logger   *slog.Logger // nil logs nothing
}

// CreateOptions say what an empty store is like.
type CreateOptions struct {
	DisplayName string // default: the file's base name without extension
	Format      Format // only Unicode
}
