package pst

// TextType is the type that strings have in this store: TypeUnicode, or in an ANSI
// store TypeString8.
func (r *reader) TextType() PropType { return textType(r.Format()) }

func textType(f Format) PropType {
	if f == ANSI {
		return TypeString8
	}
	return TypeUnicode
}

// textTag is the tag that a string property has in this store; other tags are as
// they were.
func (r *reader) textTag(tag Tag) Tag { return textTag(r.Format(), tag) }

func textTag(f Format, tag Tag) Tag {
	if multiple := tag.Type() & TypeMultiple; tag.Type() == TypeUnicode|multiple {
		return MakeTag(tag.ID(), textType(f)|multiple)
	}
	return tag
}

// EncodeText makes the value of a property of type [File.TextType]: UTF-16LE, or
// the store's code page. ErrCodePage is for a character that this lacks.
func (r *reader) EncodeText(s string) ([]byte, error) {
	if r.TextType() == TypeUnicode {
		return EncodeUTF16(s), nil
	}
	return EncodeString8(r.cp, s)
}

// text is the opposite of [File.EncodeText], for a value of either type. A value of
// another type is no text.
func (r *reader) text(tag Tag, b []byte) (string, error) {
	switch tag.Type() {
	case TypeUnicode:
		return DecodeUTF16(b), nil
	case TypeString8:
		return DecodeString8(r.cp, b)
	default:
		return "", nil
	}
}

// recode is a string property as this store keeps text; nil for what is no text.
func (r *reader) recode(p Property) ([]byte, error) {
	if p.Tag.Type() == r.TextType() {
		return p.Data, nil
	}
	s, err := r.text(p.Tag, p.Data)
	if err != nil || s == "" {
		return nil, err
	}
	return r.EncodeText(s)
}
