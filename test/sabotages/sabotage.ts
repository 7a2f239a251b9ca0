/** A fault put into the product on purpose, and the test that must notice it. */
export interface Sabotage {
  name: string;
  file: string;
  /** The text to replace; exactly once in the file. */
  find: string;
  replace: string;
  testFile: string;
  /** The whole name of the test. */
  test: string;
}
