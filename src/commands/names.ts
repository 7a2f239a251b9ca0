/** The commands, in the order in which they are told to people. Light: doors look words up here before anything is loaded. */
const COMMANDS = [
  "validate",
  "discover",
  "plan",
  "apply",
  "reconcile",
  "destroy",
  "report",
  "status",
  "unlock",
  "kubeconfig",
  "doctor",
  "values",
] as const;

type Command = (typeof COMMANDS)[number];

/** `report` puts the jobs of a matrix together: there are none on the command line. */
export type CliCommand = Exclude<Command, "report">;
/** `kubeconfig` gives a person a secret, and a job's log is no place for one. */
export type ActionCommand = Exclude<Command, "kubeconfig">;

export const CLI_COMMANDS: readonly CliCommand[] = COMMANDS.filter((command) => command !== "report");
export const ACTION_COMMANDS: readonly ActionCommand[] = COMMANDS.filter((command) => command !== "kubeconfig");
