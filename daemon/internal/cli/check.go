package cli

import (
	"encoding/json"
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
			claim, release, err := claim(c.Context(), args[0], lockmgr.Read)
			if err != nil {
				return err
			}
			defer release()
			print := a.problemText
			if asJSON {
				print = a.problemJSON
			}
			errors, warnings := 0, 0
			for p := range pst.Check(c.Context(), claimedFS{vfs.OS, claim}, args[0]) {
				if p.Severity == pst.Error {
					errors++
				} else {
					warnings++
				}
				if err := print(p); err != nil {
					return err
				}
			}
			if err := c.Context().Err(); err != nil {
				return fmt.Errorf("check %s: %w", args[0], err)
			}
			if errors > 0 {
				return fmt.Errorf("check %s: %w: %d errors, %d warnings", args[0], errProblems, errors, warnings)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line for each problem")
	return c
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
