package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/internal/roles"
)

// process is this program, run again in another role.
type process struct {
	name      string
	command   *exec.Cmd
	questions *os.File
	answers   *os.File
	decoder   *json.Decoder
	stderr    bytes.Buffer
}

// prepare makes a process ready to be started. env are variables (NAME=value) on top of a clean environment.
func prepare(ctx context.Context, name, role string, env []string, args ...string) (*process, error) {
	command, err := roles.Command(ctx, role, env, args...)
	if err != nil {
		return nil, err
	}
	p := &process{name: name, command: command}
	p.command.Stderr = &p.stderr
	inGroup(p.command)
	return p, nil
}

// start starts the process, with the pipes over which it is asked.
func (p *process) start() error {
	theirQuestions, questions, err := os.Pipe()
	if err != nil {
		return err
	}
	answers, theirAnswers, err := os.Pipe()
	if err != nil {
		return errors.Join(err, theirQuestions.Close(), questions.Close())
	}
	p.questions, p.answers, p.decoder = questions, answers, json.NewDecoder(answers)
	p.command.ExtraFiles = []*os.File{theirQuestions, theirAnswers}
	err = p.command.Start()
	_ = theirQuestions.Close()
	_ = theirAnswers.Close()
	if err != nil {
		return errors.Join(err, questions.Close(), answers.Close())
	}
	return nil
}

// launch prepares and starts a process.
func launch(ctx context.Context, name, role string, env []string, args ...string) (*process, error) {
	p, err := prepare(ctx, name, role, env, args...)
	if err != nil {
		return nil, err
	}
	err = p.start()
	return p, err
}

// ask asks the process a question.
func (p *process) ask(question byte, answer any) error {
	_, err := p.questions.Write([]byte{question})
	if err == nil {
		err = p.decoder.Decode(answer)
	}
	if err == nil {
		return nil
	}
	p.end()
	return fmt.Errorf("%s has ended: %s", p.name, strings.TrimSpace(p.stderr.String()))
}

// end ends the process, if it has not ended by itself.
func (p *process) end() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
	_ = p.questions.Close()
	_ = p.answers.Close()
}
