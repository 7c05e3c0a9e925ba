package mapi

import (
	"maps"
	"slices"
)

// TableNames are all names in the table.
func TableNames() []string { return slices.Sorted(maps.Keys(names().byName)) }
