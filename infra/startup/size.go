package startup

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"

	"partnercenter/pkg/system"
)

// MostBytes is how large the binary of an HTTP function may be, stripped and for Lambda's arm64: what is loaded before it starts. Source: DESIGN.md
// "Speed and cost, as numbers", whose MB are 10^6 bytes.
const MostBytes = 12_000_000

// MostRendering is how large the binary of the function may be that renders documents: it carries a Chinese font. Source: there.
const MostRendering = 20_000_000

// Sizes gives the size of each HTTP function's binary in bytes, as the Makefile builds it for Lambda. It builds them, from the root of the repository,
// into a folder.
func Sizes(ctx context.Context, root, folder string) (map[string]int64, error) {
	args := []string{"build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", folder + string(filepath.Separator)}
	var names []string
	for _, d := range system.Functions() {
		if d.HTTP != nil {
			names, args = append(names, d.Name), append(args, "./functions/"+d.Name)
		}
	}
	build := exec.CommandContext(ctx, "go", args...)
	build.Dir, build.Stderr, build.Env = root, os.Stderr, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64")
	if err := build.Run(); err != nil {
		return nil, err
	}
	sizes := map[string]int64{}
	for _, name := range names {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		sizes[name] = info.Size()
	}
	return sizes, nil
}
