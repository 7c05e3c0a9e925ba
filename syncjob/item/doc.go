// Package item is an Outlook item as a bag of properties with stable names.
//
// A PST names its properties by 16-bit ids, and those of named properties
// differ from store to store. Here every property has a [Key] that means the
// same in all stores, and every string is UTF-16LE, so that two items can be
// compared and copied without knowing where they live.
//
// Start with [Item], [Props] and [Key]; [Item.Digests] is what comparisons
// work on. [KindOf] sorts items by message class.
//
// The package knows no file format, reads no file by itself, and gives no
// meaning to a property beyond the typed getters of [Props].
package item
