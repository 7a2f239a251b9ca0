import type { Sabotage } from "./sabotage.ts";

const PAGE = "test/page/page.test.ts";

/** Of the page to look at, and of releases. */
export const PAGE_SABOTAGES: readonly Sabotage[] = [
  {
    name: "a quotation mark ends an attribute of the page",
    file: "src/report/page/markup.ts",
    find: "replace(/[&<>\"']/g",
    replace: "replace(/[&<>]/g",
    testFile: PAGE,
    test: "whatever is in a report, a page is well formed, runs nothing and loads nothing",
  },
  {
    name: "the page's policy names another style sheet than its own",
    file: "src/report/page/style.ts",
    find: '.digest("base64")',
    replace: '.digest("hex")',
    testFile: PAGE,
    test: "a page's policy admits its own style sheet, and nothing else",
  },
  {
    name: "every node of a thousand is a shape of its own",
    file: "src/report/page/nodes.ts",
    find: "all <= MOST_DOTS",
    replace: "all >= 0",
    testFile: PAGE,
    test: "a thousand nodes are no thousand shapes: what is drawn is bounded",
  },
  {
    name: "a pool that goes is not drawn",
    file: "src/report/page/topology-view.ts",
    find: "...gonePools(view, changes)",
    replace: "...[]",
    testFile: PAGE,
    test: "the page of a plan is what was reviewed: change",
  },
  {
    name: "changes of a kind that nobody thought of are not shown",
    file: "src/report/blocks.ts",
    find: "[...groups, others]",
    replace: "groups",
    testFile: "test/report/report.test.ts",
    test: "no change of a plan is left out of what its reviewer reads, whatever it is about",
  },
  {
    name: "a version is released over itself",
    file: "scripts/publish-tags.sh",
    find: 'git push "$remote" "refs/tags/v$VERSION"',
    replace: 'git push --force "$remote" "refs/tags/v$VERSION"',
    testFile: "test/release/release.test.ts",
    test: "a version is released once: a second time moves no tag, and a later one moves the major version's",
  },
];
