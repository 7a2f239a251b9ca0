/** One page of a list, and the token of the next one. */
export interface Page<T> {
  items: readonly T[] | undefined;
  next: string | undefined;
}

/** Reads all pages of a list, one after the other. */
export async function allPages<T>(read: (token: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  let token: string | undefined;
  do {
    const page = await read(token);
    all.push(...(page.items ?? []));
    token = page.next;
  } while (token);
  return all;
}

/** Puts a token into a request only when there is one: an explicit undefined is not the same as absence to every API. */
export function pageToken(token: string | undefined): { NextToken?: string } {
  return token === undefined ? {} : { NextToken: token };
}
