/** Payloads as GITHUB_EVENT_PATH holds them, cut to what counts; members can be changed. */

export const REPOSITORY = { id: 4711, full_name: "octo/clusters", default_branch: "main" };

type Tree = { [key: string]: unknown };

/** A pull request within the repository; `null` is what GitHub says of a fork that is gone. */
export function pullRequest(changes: Tree = {}): Tree {
  return merged(
    {
      action: "opened",
      number: 7,
      pull_request: {
        number: 7,
        title: "More workers",
        draft: false,
        merged: false,
        head: { sha: "a".repeat(40), ref: "more", repo: { id: 4711 } },
        base: { sha: "b".repeat(40), ref: "main", repo: { id: 4711 } },
        user: { login: "ada" },
      },
      repository: REPOSITORY,
    },
    changes,
  );
}

function merged(base: Tree, changes: Tree): Tree {
  const isTree = (value: unknown): value is Tree =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  const entries = Object.entries(changes).map(([key, value]) => {
    const old = base[key];
    return [key, isTree(old) && isTree(value) ? merged(old, value) : value];
  });
  return { ...base, ...Object.fromEntries(entries) };
}
