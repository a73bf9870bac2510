package performance

import (
	"context"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"partnercenter/pkg/foundation/auth"
	"partnercenter/pkg/foundation/calendar"
	"partnercenter/pkg/foundation/event"
	"partnercenter/pkg/foundation/notify/immediate"
	"partnercenter/pkg/foundation/problem"
	"partnercenter/pkg/foundation/rest"
	"partnercenter/pkg/foundation/table"
)

// Question is a partner's feedback (问题反馈) on a line of its slip, and the vendor's answer.
type Question struct {
	table.Head
	Row   QuestionRow `dynamodbav:"row"`
	Asker auth.UserID `dynamodbav:"user,omitempty"` // to whom the answer is mailed
}

// QuestionRow is what lists show of a question.
type QuestionRow struct {
	ID       string        `dynamodbav:"id"`
	Partner  auth.PartyID  `dynamodbav:"p"`
	Line     LineID        `dynamodbav:"line"`
	State    QuestionState `dynamodbav:"st"`
	Text     string        `dynamodbav:"text"`
	Answer   string        `dynamodbav:"ans,omitempty"`
	Asked    time.Time     `dynamodbav:"at"` // business time, UTC
	Answered time.Time     `dynamodbav:"done,omitempty"`
}

// QuestionState says how far a question is.
type QuestionState string

// The states.
const (
	Waiting  QuestionState = "OPEN"
	Answered QuestionState = "ANSWERED"
)

// Answers gives the state that the vendor's answer brings a question to. Error: ErrState.
func (s QuestionState) Answers() (QuestionState, error) {
	if s == Waiting {
		return Answered, nil
	}
	return s, ErrState.Saying("the question is answered already")
}

// QuestionBody is a question on the wire. It is exported for the schema of the operations alone.
type QuestionBody struct {
	QuestionID string        `json:"question_id"`
	PartnerID  auth.PartyID  `json:"partner_id"`
	LineID     LineID        `json:"line_id"`
	State      QuestionState `json:"state" enum:"OPEN,ANSWERED"`
	Text       string        `json:"text"`
	Answer     string        `json:"answer,omitempty"`
	AskedAt    rest.Instant  `json:"asked_at"`
	AnsweredAt *rest.Instant `json:"answered_at,omitempty"`
}

func showQuestion(q QuestionRow) QuestionBody {
	b := QuestionBody{
		QuestionID: string(q.Partner) + idSeparator + q.ID, PartnerID: q.Partner, LineID: q.Line, State: q.State, Text: q.Text, Answer: q.Answer,
		AskedAt: rest.Instant(q.Asked),
	}
	if !q.Answered.IsZero() {
		at := rest.Instant(q.Answered)
		b.AnsweredAt = &at
	}
	return b
}

type questionOutput struct{ Body QuestionBody }

type askInput struct {
	Body struct {
		LineID LineID `json:"line_id" minLength:"1" maxLength:"256"`
		Text   string `json:"text" minLength:"1" maxLength:"1000"`
	}
}

// ask asks the vendor about a line of the calling partner's slip. Errors: ErrMissing, CBC.0100.
func (s *Service) ask(ctx context.Context, in *askInput) (*questionOutput, error) {
	caller := rest.Caller(ctx)
	if strings.TrimSpace(in.Body.Text) == "" {
		return nil, problem.Invalid("text", "it says nothing")
	}
	if _, err := s.lineIn(ctx, caller.Party, in.Body.LineID); err != nil {
		return nil, err
	}
	answer, err := rest.ClaimOf(ctx).Effect(ctx, s.Table, table.Retry, func(tx *table.Tx) (string, error) {
		id := ulid.Make().String()
		q := &Question{
			Head: questionKey(caller.Party, id).Head(), Asker: caller.User,
			Row: QuestionRow{ID: id, Partner: caller.Party, Line: in.Body.LineID, State: Waiting, Text: in.Body.Text, Asked: s.Clock.Now()},
		}
		q.list()
		tx.Create(q)
		s.tell(tx, EventAsked, string(caller.Party), id, caller.Masked(), nil)
		return id, nil
	})
	if err != nil {
		return nil, err
	}
	q, err := s.question(ctx, string(caller.Party)+idSeparator+answer)
	return &questionOutput{Body: showQuestion(q.Row)}, err
}

// list puts a question into the vendor's list.
func (q *Question) list() {
	q.G1PK = questionsIn(q.Row.State, MonthOf(calendar.DateOf(q.Row.Asked)))
	q.G1SK = q.Row.Asked.UTC().Format(listTime) + "#" + q.Row.ID
}

// lineIn reads a line that is in a partner's slip and visible to it. Any other looks like one that does not exist. Error: ErrMissing.
func (s *Service) lineIn(ctx context.Context, partner auth.PartyID, id LineID) (Line, error) {
	var l Line
	missing := ErrMissing.Saying("there is no line %.80q in your performance", id).In("line_id")
	_, _, key, ok := id.key()
	if !ok {
		return l, missing
	}
	err := s.Table.Get(ctx, key, &l)
	if absent(err) || err == nil && (!l.in(partner) || calendar.DateOf(l.At).After(seenUntil(s.Clock.Now()))) {
		return Line{}, missing
	}
	return l, err
}

// QuestionOf reads a partner's question. Error: table.ErrNotFound.
func QuestionOf(ctx context.Context, db *table.Client, partner auth.PartyID, id string) (q Question, err error) {
	err = db.Get(ctx, questionKey(partner, id), &q)
	return q, err
}

// question reads a question by its id on the wire. Error: ErrMissing.
func (s *Service) question(ctx context.Context, id string) (Question, error) {
	var q Question
	missing := ErrMissing.Saying("there is no question %.80q", id).In("question_id")
	partner, number, ok := strings.Cut(id, idSeparator)
	if !ok || !table.IsID(partner) || !table.IsID(number) {
		return q, missing
	}
	err := s.Table.Get(ctx, questionKey(auth.PartyID(partner), number), &q)
	if absent(err) {
		return q, missing
	}
	return q, err
}

type answerInput struct {
	QuestionID string `path:"question_id" maxLength:"128"`
	Body       struct {
		Answer string `json:"answer" minLength:"1" maxLength:"1000"`
	}
}

// answer answers a question, once.
func (s *Service) answer(ctx context.Context, in *answerInput) (*questionOutput, error) {
	var q Question
	err := rest.ClaimOf(ctx).Do(ctx, s.Table, 0, func(tx *table.Tx) (err error) {
		if q, err = s.question(ctx, in.QuestionID); err != nil {
			return err
		}
		next := q
		if next.Row.State, err = q.Row.State.Answers(); err != nil {
			return err
		}
		next.Row.Answer, next.Row.Answered = in.Body.Answer, s.Clock.Now()
		next.list()
		tx.Replace(&q, &next)
		by := rest.Caller(ctx).Masked()
		s.tell(tx, EventAnswered, string(q.Row.Partner), q.Row.ID, by, nil)
		immediate.Append(tx, WriterAnswered, event.Event{Owner: string(q.Row.Partner), Subject: q.Row.ID, At: s.Clock.Now(), By: by})
		return nil
	})
	if err != nil {
		return nil, err
	}
	q, err = s.question(ctx, in.QuestionID)
	return &questionOutput{Body: showQuestion(q.Row)}, err
}

type questionsInput struct {
	rest.QueryPaging
}

type questionsOutput struct {
	rest.CountHeader
	Body struct {
		Questions  []QuestionBody `json:"questions"`
		TotalCount int            `json:"total_count"`
		Marker     string         `json:"marker,omitempty"`
	}
}

// listQuestions lists the calling partner's questions, the newest first.
func (s *Service) listQuestions(ctx context.Context, in *questionsInput) (*questionsOutput, error) {
	caller := rest.Caller(ctx)
	return s.questions(ctx, table.Query{
		PK: questionKey(caller.Party, "").PK, Prefix: questionPrefix, Descending: true, Strong: true, Scope: "questions " + caller.Masked(),
	}, in.Paging())
}

type vendorQuestionsInput struct {
	rest.QueryPaging
	Month string `query:"month" maxLength:"7" doc:"In which they were asked; this one when absent"`
	State string `query:"state" enum:"OPEN,ANSWERED" doc:"OPEN when absent"`
}

// listAllQuestions lists partners' questions of a month for the vendor, the oldest first.
func (s *Service) listAllQuestions(ctx context.Context, in *vendorQuestionsInput) (*questionsOutput, error) {
	month, state := MonthOf(calendar.DateOf(s.Clock.Now())), Waiting
	if in.Month != "" {
		var err error
		if month, err = ParseMonth("month", in.Month); err != nil {
			return nil, err
		}
	}
	if in.State != "" {
		state = QuestionState(in.State)
	}
	return s.questions(ctx, table.Query{Index: table.Listed, PK: questionsIn(state, month), Scope: "questions of all " + in.State + in.Month}, in.Paging())
}

func (s *Service) questions(ctx context.Context, q table.Query, paging rest.Paging) (*questionsOutput, error) {
	page, err := rest.List[Question](ctx, s.Table, q, paging, nil)
	if err != nil {
		return nil, err
	}
	out := &questionsOutput{CountHeader: page.Header()}
	out.Body.TotalCount, out.Body.Marker, out.Body.Questions = page.Total, page.Marker, []QuestionBody{}
	for _, one := range page.Items {
		out.Body.Questions = append(out.Body.Questions, showQuestion(one.Row))
	}
	return out, nil
}
