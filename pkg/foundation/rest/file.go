package rest

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
)

// MaxAnswer is how many bytes an answer's body has at most. Lambda takes 6 MB of JSON, in which base64 makes it a third longer.
// Source: AWS Lambda quotas, "Invocation payload".
const MaxAnswer = 4 << 20

// File is an answer that is a file to keep.
type File struct {
	Type        string `header:"Content-Type"`
	Disposition string `header:"Content-Disposition"`
	Cache       string `header:"Cache-Control"`
	Sniff       string `header:"X-Content-Type-Options"`
	Body        []byte
}

// NewFile returns a file of a content type for its caller alone. Its name may hold any characters; ascii is the name for clients that read no other.
func NewFile(kind, name, ascii string, body []byte) *File {
	return &File{Type: kind, Disposition: attachment(name, ascii), Cache: "no-store", Sniff: "nosniff", Body: body}
}

// attachment names a file twice. Source: RFC 6266, section 4.3; RFC 5987.
func attachment(name, ascii string) string {
	simple := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || strings.ContainsRune(`"\\/;%`, r) {
			return '_'
		}
		return r
	}, ascii)
	var encoded strings.Builder
	for _, b := range []byte(fileName(name)) {
		if b < 0x80 && (unicode.IsLetter(rune(b)) || unicode.IsDigit(rune(b)) || strings.IndexByte("-._~", b) >= 0) {
			encoded.WriteByte(b)
		} else {
			fmt.Fprintf(&encoded, "%%%02X", b)
		}
	}
	return `attachment; filename="` + simple + `"; filename*=UTF-8''` + encoded.String()
}

// fileName gives a name that no system takes for a path, or for one of several lines.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`"*/:<>?\|`, r) {
			return '_'
		}
		return r
	}, name)
}

// fileResponse describes a file of one of some types.
func fileResponse(types []string) *huma.Response {
	text := &huma.Schema{Type: "string"}
	described := &huma.Response{
		Description: "A file", Content: map[string]*huma.MediaType{},
		Headers: map[string]*huma.Param{"Content-Disposition": {Schema: text, Description: "Its name"}},
	}
	for _, kind := range types {
		described.Content[kind] = &huma.MediaType{Schema: text}
	}
	return described
}
