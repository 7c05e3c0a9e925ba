package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"pstsyncd/lockmgr"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

func (a *app) check() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "check STORE",
		Short: "look for damage",
		Long: `Read a store from end to end, also one that the other verbs refuse, and print
every problem found, one a line. Nothing is written. Warnings alone are exit code
0: they are oddities that Outlook puts up with.

` + exitCodes,
		Args: exactly("STORE"),
		RunE: func(c *cobra.Command, args []string) error {
			report := a.problemText
			if asJSON {
				report = a.problemJSON
			}
			if err := checkStore(c.Context(), args[0], report); err != nil {
				return fmt.Errorf("check %s: %w", args[0], err)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line for each problem")
	return c
}

// checkStore reports each problem as it is found; in the end damage is an error.
func checkStore(ctx context.Context, path string, report func(pst.Problem) error) (err error) {
	claim, release, err := claim(ctx, path, lockmgr.Read)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	found := map[pst.Severity]int{}
	for p := range pst.Check(ctx, claimedFS{vfs.OS, claim}, path) {
		found[p.Severity]++
		if err := report(p); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if found[pst.Error] > 0 {
		return fmt.Errorf("%w: %d errors, %d warnings", errProblems, found[pst.Error], found[pst.Warning])
	}
	return nil
}

func (a *app) problemText(p pst.Problem) error {
	_, err := fmt.Fprintln(a.Stdout, p)
	return err
}

func (a *app) problemJSON(p pst.Problem) error {
	return json.NewEncoder(a.Stdout).Encode(struct {
		Severity string `json:"severity"`
		Code     string `json:"code"`
		Where    string `json:"where"`
		Detail   string `json:"detail"`
		Ref      string `json:"ref,omitempty"`
	}{p.Severity.String(), p.Code, p.Where, p.Detail, p.Ref})
}

// claimedFS opens the claimed file by the descriptor that the claim is on.
type claimedFS struct {
	vfs.FS
	claim *lockmgr.Claim
}

func (c claimedFS) Open(string) (vfs.File, error) { return vfs.FromOS(c.claim.File()), nil }
