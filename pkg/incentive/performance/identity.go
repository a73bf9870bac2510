package performance

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// content is what of a line makes it the same line in whatever file: its cells by the names of their columns, in the order of the names, without those
// that have no value. So neither the order of lines or columns matters, nor columns that a later version of the format adds and leaves empty.
func content(header, cells []string) [16]byte {
	order := make([]int, len(header))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(header[a], header[b]) })
	hash := sha256.New()
	for _, i := range order {
		if cells[i] == "" || cells[i] == null {
			continue
		}
		for _, text := range []string{header[i], cells[i]} {
			hash.Write(strconv.AppendInt(nil, int64(len(text)), 10))
			hash.Write([]byte{':'})
			hash.Write([]byte(text))
		}
	}
	return [16]byte(hash.Sum(nil)[:16])
}

// lineID names a line: its content and, of equal lines in one file, the how-many-th it is. A file has a line as often as it repeats it; of several files
// the one that repeats it most often counts.
func lineID(content [16]byte, ordinal int) string {
	id := hex.EncodeToString(content[:])
	if ordinal > 1 {
		id += "-" + strconv.Itoa(ordinal)
	}
	return id
}
