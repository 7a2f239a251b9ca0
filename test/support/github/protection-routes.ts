/** The loopback GitHub's protection of branches, rulesets and environments. */
import { filled } from "./description.ts";
import { commitOf, created, NOT_FOUND, ok, type Route } from "./route.ts";

const message = (status: number, text: string) => ({ status, body: { message: text } });

export const PROTECTION_ROUTES: Readonly<Record<string, Route>> = {
  "GET /repos/{owner}/{repo}/branches/{branch}": {
    scopes: ["contents"],
    answer: ({ state, values }) => {
      const name = values.branch ?? "";
      const isProtected = state.protection !== undefined || state.rules.length > 0; // rulesets count
      return name === "main"
        ? ok(filled("branch-with-protection", { name, protected: isProtected, commit: commitOf("0") }))
        : NOT_FOUND;
    },
  },
  // A workflow's token can't be given this; a person's may be an administrator's.
  "GET /repos/{owner}/{repo}/branches/{branch}/protection": {
    scopes: ["administration"],
    answer: ({ state }) => {
      if (state.protection === undefined) return message(404, "Branch not protected");
      const { approvals } = state.protection;
      const reviews = filled("protected-branch-pull-request-review", { required_approving_review_count: approvals });
      return ok(filled("branch-protection", approvals === undefined ? {} : { required_pull_request_reviews: reviews }));
    },
  },
  "GET /repos/{owner}/{repo}/rules/branches/{branch}": {
    scopes: [],
    answer: ({ state }) =>
      state.plan === "free and private"
        ? message(403, "Upgrade to GitHub Pro or make this repository public to enable this feature.")
        : { status: 200, list: state.rules },
  },
  "POST /repos/{owner}/{repo}/rulesets": {
    scopes: ["administration"],
    answer: ({ state, body }) => {
      const source = { ruleset_source_type: "Repository", ruleset_source: state.repository, ruleset_id: state.newId() };
      for (const rule of body.rules as object[]) state.rules.push({ ...rule, ...source });
      return created(filled("repository-ruleset", { id: source.ruleset_id, ...body }));
    },
  },
  "PUT /repos/{owner}/{repo}/environments/{environment_name}": {
    scopes: ["administration"],
    answer: ({ state, values, body }) => {
      const name = values.environment_name ?? "";
      state.environments.set(name, { reviewers: [], branches: body.deployment_branch_policy ? "protected" : "all" });
      return ok(filled("environment", { name }));
    },
  },
  "GET /repos/{owner}/{repo}/environments": {
    scopes: ["actions"],
    answer: ({ state }) => ({
      status: 200,
      list: [...state.environments].map(([name, { reviewers, branches }]) => {
        const review = {
          id: 1,
          node_id: "",
          type: "required_reviewers",
          prevent_self_review: false,
          reviewers: reviewers.map((actor) => ({ type: "User", reviewer: filled("simple-user", { ...actor }) })),
        };
        return filled("environment", {
          name,
          protection_rules: reviewers.length === 0 ? [] : [review],
          deployment_branch_policy:
            branches === "all" ? null : { protected_branches: true, custom_branch_policies: false },
        });
      }),
      member: "environments",
    }),
  },
};
