import type { Github } from "./client.ts";

/**
 * Whose token it is, as comments and issues name their author: `github-actions[bot]`, `<app>[bot]`, or a person. REST tells
 * it to people alone: `GET /user` answers an installation's token with 403.
 */
export async function whoAmI(client: Github): Promise<string> {
  const { viewer } = await client.query<{ viewer: { login: string } }>("query { viewer { login } }");
  return viewer.login;
}
