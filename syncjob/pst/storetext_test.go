package pst_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

func TestEncodeString8(t *testing.T) {
	for name, tt := range map[string]struct {
		cp   int
		text string
		want string // "" when it is refused
		says string
	}{
		"western":         {1252, "Größe €", "Gr\xf6\xdfe \x80", ""},
		"cyrillic":        {1251, "Ж", "\xc6", ""},
		"japanese":        {932, "予定", "\x97\x5c\x92\xe8", ""},
		"lacking":         {1252, "abc\u05d0", "", "character 4, U+05D0, in code page 1252"},
		"look-alike":      {932, "¥", "", "character 1, U+00A5"},
		"another one":     {54936, "\uE000", "", "character 1, U+E000"}, // which would come back as U+F014
		"escape":          {50220, "a\x1bb", "", "character 2, U+001B"},
		"lost before":     {65001, "a\uFFFD", "", "character 2, U+FFFD"},
		"not utf-8":       {65001, "a\xff", "", "character 2"},
		"beyond the BMP":  {1252, "\U0001F600", "", "U+1F600"},
		"all of unicode":  {54936, "\U0001F600", "\x94\x39\xfc\x36", ""},
		"nothing":         {1252, "", "", ""},
		"line and accent": {1250, "Łódź\r\n", "\xa3\xf3d\x9f\r\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := pst.EncodeString8(tt.cp, tt.text)
			if tt.says != "" {
				require.ErrorIs(t, err, pst.ErrCodePage)
				assert.ErrorContains(t, err, tt.says)
				assert.NotContains(t, err.Error(), tt.text)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
		})
	}
}

// What Windows does not have in a code page, or under another code, is not written. The
// counts are those of Microsoft's tables, as Python's codecs cp932, cp949 and cp950 have
// them too, without the characters that an encoder would take a look-alike for.
func TestEncodeString8_windows(t *testing.T) {
	for cp, tt := range map[int]struct {
		count   int // characters of the BMP that are written, ASCII included
		refused string
		written string
		want    string
	}{
		932:   {7517, "¥¢", "①", "\x87\x40"},
		936:   {21920, "ǹ⺁〾䶮", "€ⅰ", "\x80\xa2\xa1"},
		949:   {17176, "¢é", "똠힣", "\x8c\x63\xc6\x52"},
		950:   {13593, "Èあいы䏰␀╭￭", "€中", "\xa3\xe1\xa4\xa4"},
		1252:  {251, "Ж\u0081", "é", "\xe9"},
		20127: {128, "éü\u0080", "a", "a"},
		20932: {7070, "①髙ñ", "漢ｱ", "\xb4\xc1\x8e\xb1"},
		51949: {8354, "똠힣", "가", "\xb0\xa1"},
	} {
		count := 0
		for r := range rune(0x10000) {
			if _, err := pst.EncodeString8(cp, string(r)); err == nil {
				count++
			}
		}
		assert.Equal(t, tt.count, count, cp)
		for _, r := range tt.refused {
			_, err := pst.EncodeString8(cp, string(r))
			assert.ErrorIs(t, err, pst.ErrCodePage, "%d %c", cp, r)
			stream, err := pst.EncodeString8Stream(cp, bytes.NewReader(pst.EncodeUTF16(string(r))))
			require.NoError(t, err)
			if b, err := io.ReadAll(stream); err == nil {
				back, err := pst.DecodeString8(cp, b)
				require.NoError(t, err)
				assert.NotEqual(t, string(r), back, "%d %c", cp, r)
			}
		}
		got, err := pst.EncodeString8(cp, tt.written)
		require.NoError(t, err)
		assert.Equal(t, tt.want, string(got), cp)
	}
}

// Everything that the engine itself writes as text is in the code page.
func TestANSI_text(t *testing.T) {
	path := psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI, CodePage: 1251, DisplayName: "Офис"})
	f := psttest.Open(t, path)
	assert.Equal(t, 1251, f.CodePage())
	assert.True(t, f.CodePageNamed())
	top, err := f.IPMSubtree()
	require.NoError(t, err)
	var folder, item pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		folder, err = tx.CreateFolder(top, "Люди", pst.ClassContact)
		require.NoError(t, err)
		c := psttest.Appointment("Чай", psttest.OfficeTime)
		c.Recipients = [][]pst.Property{psttest.Recipient("Ада", 1), psttest.Recipient("Мэри", 1), psttest.Recipient("Чарльз", 2)}
		c.Props = c.Props[1:] // the class is filled in
		item, err = tx.Create(folder, psttest.In(t, tx, c))
		require.NoError(t, err)
	})
	require.NoError(t, f.Close())

	f = openRead(t, path)
	name, err := f.DisplayName()
	require.NoError(t, err)
	assert.Equal(t, "Офис", name)
	found, err := f.FolderByPath("Люди")
	require.NoError(t, err)
	assert.Equal(t, folder, found)
	m := message(t, f, item)
	for id, want := range map[uint16]string{0x0037: "Чай", 0x0E04: "Ада; Мэри", 0x0E03: "Чарльз", 0x001A: "IPM.Note"} {
		p, _ := m.Prop(id)
		assert.Equal(t, pst.TypeString8, p.Tag.Type())
		assert.Equal(t, want, psttest.String(t, f, p))
		cell, there, err := pst.Cell(f, folder, item, p.Tag)
		require.NoError(t, err)
		assert.True(t, there)
		assert.Equal(t, p.Data, cell)
	}
}

// No column and no property of an ANSI store has UTF-16 in it.
func TestANSI_types(t *testing.T) {
	f := psttest.Open(t, psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI}))
	psttest.Edit(t, f, func(tx *pst.Tx) { fillSample(t, tx) })
	nodes, err := pst.AllNodes(f)
	require.NoError(t, err)
	strings := 0
	for _, nid := range nodes {
		tags, err := pst.NodeTags(f, nid)
		if err != nil {
			cols, err := pst.NodeColumns(f, nid)
			if err != nil {
				continue // neither properties nor a table
			}
			tags = tagsOf(cols)
		}
		for _, tag := range tags {
			assert.NotEqual(t, pst.TypeUnicode, tag.Type()&^pst.TypeMultiple, "%s in %s", tag, nid)
			if tag.Type() == pst.TypeString8 {
				strings++
			}
		}
	}
	assert.Greater(t, strings, 100)
}

// What cannot be said in the code page is refused, and the transaction goes on.
func TestTx_goesOnAfterText(t *testing.T) {
	f := psttest.Open(t, psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI}))
	contacts, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	utf16 := psttest.Contact("x", "")
	list := psttest.Bytes(0x3A58101F, multi(pst.EncodeUTF16("a")))
	var item pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		item, err = tx.Create(contacts, psttest.In(t, tx, psttest.Contact("good", "")))
		require.NoError(t, err)

		_, err = tx.CreateFolder(contacts, "日本", "")
		require.ErrorIs(t, err, pst.ErrCodePage)
		_, err = tx.CreateFolder(contacts, "Japan", "日本")
		require.ErrorIs(t, err, pst.ErrCodePage)
		for _, c := range []pst.Content{
			utf16,
			{Props: []pst.Property{list}},
			{Recipients: [][]pst.Property{psttest.Recipient("x", 1)}},
			{Attachments: []pst.Attachment{psttest.FileAttachment("x", nil)}},
			{Attachments: []pst.Attachment{{Embedded: &utf16}}},
		} {
			_, err = tx.Create(contacts, c)
			require.ErrorIs(t, err, pst.ErrInvalid)
			assert.ErrorContains(t, err, "property 0x")
			require.ErrorIs(t, tx.Update(item, pst.Edit{Set: c.Props, Recipients: &c.Recipients, Attachments: &c.Attachments}), pst.ErrInvalid)
		}
	})
	folder, err := f.Folder(contacts)
	require.NoError(t, err)
	assert.Equal(t, 1, folder.Items)
	assert.False(t, folder.HasSubfolders)
}

// Unicode stores hold String8 here and there; it stays what it is.
func TestUnicode_string8(t *testing.T) {
	f, err := pst.Open(vfs.OS, psttest.New(t), pst.Options{})
	require.NoError(t, err)
	defer f.Close()
	contacts, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	given := pst.Property{Tag: 0x3A06001E, Data: []byte("Gr\xf6\xdfe")}
	var item pst.NID
	psttest.Edit(t, f, func(tx *pst.Tx) {
		item, err = tx.Create(contacts, pst.Content{
			Props:      []pst.Property{given},
			Recipients: [][]pst.Property{{psttest.Int(psttest.TagRecipient, 1), {Tag: 0x3001001E, Data: []byte("\xc4")}}},
		})
		require.NoError(t, err)
	})
	m := message(t, f, item)
	got, _ := m.Prop(given.Tag.ID())
	assert.Equal(t, given, got)
	to, _ := m.Prop(0x0E04)
	assert.Equal(t, psttest.Text(0x0E04001F, "Ä"), to)
}

func TestOpen_codePage(t *testing.T) {
	for name, tt := range map[string]struct {
		store, given int
		want         int
		named        bool
	}{
		"nobody says":   {0, 0, pst.DefaultCodePage, false},
		"store says":    {1251, 0, 1251, true},
		"caller says":   {0, 932, 932, true},
		"both say":      {1251, 932, 1251, true},
		"store is sure": {1252, 0, 1252, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI, CodePage: tt.store})
			f, err := pst.Open(vfs.OS, path, pst.Options{CodePage: tt.given})
			require.NoError(t, err)
			defer f.Close()
			assert.Equal(t, tt.want, f.CodePage())
			assert.Equal(t, tt.named, f.CodePageNamed())
			psttest.Edit(t, f, func(tx *pst.Tx) { assert.Equal(t, tt.named, tx.CodePageNamed()) })
		})
	}
	_, err := pst.Open(vfs.OS, psttest.New(t), pst.Options{CodePage: 7})
	assert.ErrorIs(t, err, pst.ErrUnsupported)
}

// The password of an ANSI store is the CRC of its text in the code page.
func TestOpen_passwordInCodePage(t *testing.T) {
	path := psttest.NewAs(t, pst.CreateOptions{Format: pst.ANSI, CodePage: 1251})
	f, err := pst.Open(vfs.OS, path, pst.Options{})
	require.NoError(t, err)
	text, err := f.EncodeText("пароль")
	require.NoError(t, err)
	psttest.Edit(t, f, func(tx *pst.Tx) { require.NoError(t, pst.SetPassword(tx, text)) })
	require.NoError(t, f.Close())

	for password, want := range map[string]error{"пароль": nil, "": pst.ErrPassword, "другой": pst.ErrPassword, "日本": pst.ErrPassword} {
		f, err := pst.Open(vfs.OS, path, pst.Options{ReadOnly: true, Password: password})
		require.ErrorIs(t, err, want, password)
		if err == nil {
			require.NoError(t, f.Close())
		}
	}
	assert.Empty(t, psttest.Problems(t, path))
}

// A copy of what Outlook 97 wrote takes a folder with a class, which its hierarchy
// table has no column for.
func TestANSI_oldTables(t *testing.T) {
	f := psttest.Open(t, psttest.Copy(t, psttest.Corpus(t, "outlook97-ansi.pst")))
	top, err := f.IPMSubtree()
	require.NoError(t, err)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		_, err = tx.CreateFolder(top, "Contacts", pst.ClassContact)
		require.NoError(t, err)
	})
	nid, err := f.Default(pst.ClassContact)
	require.NoError(t, err)
	folder, err := f.Folder(nid)
	require.NoError(t, err)
	assert.Equal(t, "Contacts", folder.Name)
	assert.Equal(t, pst.ClassContact, folder.Class)
}
