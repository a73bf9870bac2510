package sheet_test

import (
	"strings"
	"testing"

	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/sheet"
)

func TestASheetIsReadWhateverWroteIt(t *testing.T) {
	for name, file := range map[string]string{
		"plain":                      "id,name\n1,Ann\n2,\"B, b\"\n",
		"with a byte-order mark":     "\xef\xbb\xbfid,name\n1,Ann\n2,\"B, b\"\n",
		"with Windows line ends":     "id,name\r\n1,Ann\r\n2,\"B, b\"\r\n",
		"with columns the other way": "name,id\nAnn,1\n\"B, b\",2\n",
		"with white space":           "id,name\n1, Ann\n2,\"B, b \"",
	} {
		t.Run(name, func(t *testing.T) {
			rows, err := sheet.Read([]byte(file), []string{"id", "name"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for row, err := range rows {
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, row.Get("id")+"="+row.Get("name"))
			}
			if s := strings.Join(got, ";"); s != "1=Ann;2=B, b" {
				t.Errorf("got %q", s)
			}
		})
	}
}

func TestABadRowIsRefusedByItselfAndSaysWhere(t *testing.T) {
	file := "id,name\n1,=cmd()\n2,Ann\n3\n4,\"x\" y\n5,Bob\n6, =cmd()\n7,\u00a0@cmd\na\"b,Eve\n"
	rows, err := sheet.Read([]byte(file), []string{"id", "name"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]string{}
	for row, err := range rows {
		got[row.Line] = row.Get("name")
		if err != nil {
			refusal, ok := problem.As(err)
			if !ok {
				t.Fatalf("line %d: %v is no refusal", row.Line, err)
			}
			got[row.Line] = "refused " + refusal.Field
		}
	}
	want := map[int]string{2: "refused name", 3: "Ann", 4: "refused line", 5: "refused line", 6: "Bob", 7: "refused name", 8: "refused name", 9: "refused line"}
	for line, text := range want {
		if got[line] != text {
			t.Errorf("line %d: got %q, want %q", line, got[line], text)
		}
	}
}

func TestAHeaderIsCheckedAsAWhole(t *testing.T) {
	for file, want := range map[string]string{
		"id,id\n":          `column "id" twice, column "name" is missing`,
		"id,name,colour\n": `unknown column "colour"`,
		"":                 "no header line",
		"\xff\xfe":         "not UTF-8",
	} {
		_, err := sheet.Read([]byte(file), []string{"id", "name"}, []string{"note"})
		refusal, ok := problem.As(err)
		if !ok || !strings.Contains(refusal.Public(), want) {
			t.Errorf("%q: got %v, want %q", file, err, want)
		}
	}
}
