package webhook

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"

	"partnercenter/pkg/foundation/weburl"
)

// Why is why an attempt failed, as its owner reads it. It never repeats what was answered or what the network said.
type Why string

// The reasons.
const (
	NoAnswer    Why = "no answer in time"
	NoReach     Why = "no connection"
	NotPublic   Why = "the host is not on the public Internet"
	Redirected  Why = "a redirect, which is not followed"
	NotAccepted Why = "an answer other than 2xx"
)

var errInside = errors.New("not on the public Internet")

// guard refuses a connection to what is not on the public Internet. It is asked with the address that the name resolved to, right before the
// connection is made, so that no name can mean one host to a check and another to the request.
func guard(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !weburl.Public(at.Addr()) {
		return errInside
	}
	return nil
}

// newClient gives who makes requests. It knows no proxy, follows nothing, and makes each connection anew.
func newClient(anywhere bool) *http.Client {
	dialer := &net.Dialer{Timeout: answerWithin}
	if !anywhere {
		dialer.Control = guard
	}
	return &http.Client{
		Timeout: answerWithin,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, TLSHandshakeTimeout: answerWithin, ResponseHeaderTimeout: answerWithin,
			MaxResponseHeaderBytes: headerBytes,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// post sends a delivery and says what came of it. An error is a failure of ours.
func (s *Service) post(ctx context.Context, e Endpoint, d Delivery) (Try, error) {
	t := Try{At: s.Clock.Now()}
	a, err := weburl.Judge(e.URL)
	if err != nil {
		return t, err
	}
	secrets, err := s.secrets(ctx, e)
	if err != nil {
		return t, err
	}
	started := s.Wall.Now()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.String(), strings.NewReader(d.Body))
	if err != nil {
		return t, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "partner-center-webhook/1")
	r.Header.Set(HeaderID, d.ID)
	r.Header.Set(HeaderType, d.Type)
	r.Header.Set(HeaderSignature, Sign(d.Body, started, secrets...))
	t.Status, t.Why = s.answer(r)
	t.Millis = s.Wall.Now().Sub(started).Milliseconds()
	return t, ctx.Err()
}

// answer makes a request. Only what may be success is read to its end: a connection that was switched to another protocol has none, and no limit of
// the client's.
func (s *Service) answer(r *http.Request) (status int, why Why) {
	out, err := s.Client.Do(r)
	if err != nil {
		return 0, reason(err)
	}
	defer func() { _ = out.Body.Close() }()
	switch {
	case out.StatusCode >= 300 && out.StatusCode < 400:
		return out.StatusCode, Redirected
	case out.StatusCode < 200 || out.StatusCode >= 300:
		return out.StatusCode, NotAccepted
	}
	if _, err := io.Copy(io.Discard, io.LimitReader(out.Body, answerBytes)); err != nil {
		return out.StatusCode, reason(err)
	}
	return out.StatusCode, ""
}

func reason(err error) Why {
	var late interface{ Timeout() bool }
	switch {
	case errors.Is(err, errInside):
		return NotPublic
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &late) && late.Timeout():
		return NoAnswer
	}
	return NoReach
}

// secrets opens what requests to an endpoint are signed with.
func (s *Service) secrets(ctx context.Context, e Endpoint) ([]string, error) {
	sealed := [][]byte{e.Secret}
	for _, o := range e.old(s.Wall.Now()) {
		sealed = append(sealed, o.Secret)
	}
	var secrets []string
	for _, box := range sealed {
		plain, err := s.Sealer.Open(ctx, box, sealedFor(e.ID))
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, string(plain))
	}
	return secrets, nil
}

func sealedFor(endpoint string) string { return "webhook:" + endpoint }

// later is when the log forgets a delivery.
func later(now time.Time) int64 { return now.Add(logKept).Unix() }
