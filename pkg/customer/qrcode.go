package customer

import (
	"context"
	"fmt"
	"strings"

	"rsc.io/qr"
)

type qrInput struct {
	InvitationPath
	Format string `query:"format" enum:"png,svg" doc:"png when absent"`
}

type qrOutput struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

// showQRCode draws the link of an open offline invitation. Error: ErrState for any other invitation.
func (s *Service) showQRCode(ctx context.Context, in *qrInput) (*qrOutput, error) {
	i, err := s.mineInvitation(ctx, &in.InvitationPath)
	if err != nil {
		return nil, err
	}
	if i.Kind != Offline || i.State != InviteOpen {
		return nil, ErrState.Saying("invitation %q is no open offline one: only the link of such a one can be shown", i.ID)
	}
	url, err := s.Links.URL(ctx, i.Link())
	if err != nil {
		return nil, err
	}
	code, err := qr.Encode(url, qr.M)
	if err != nil {
		return nil, fmt.Errorf("draw %d characters: %w", len(url), err)
	}
	if in.Format == "svg" {
		return &qrOutput{ContentType: "image/svg+xml", Body: svg(code)}, nil
	}
	return &qrOutput{ContentType: "image/png", Body: code.PNG()}, nil
}

// quiet is how many modules around a code are left white. Source: ISO/IEC 18004.
const quiet = 4

// svg draws a code, a unit for each module.
func svg(code *qr.Code) []byte {
	var b strings.Builder
	size := code.Size + 2*quiet
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="`,
		size, size, size, size)
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&b, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return []byte(b.String())
}
