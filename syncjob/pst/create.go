package pst

// CreateOptions say what an empty store is like.
type CreateOptions struct {
	DisplayName string // default: the file's base name without extension
	Format      Format // only Unicode
}
