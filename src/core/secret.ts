/** What must not be seen: whatever prints it, or makes JSON of it, gets its name instead. Only `reveal` gives the value. */
export interface Secret<T> {
  reveal(): T;
  toString(): string;
  toJSON(): string;
}

/** Keeps a value in a closure, where no printer, serialiser or debugger's object view finds it. `name` is what is shown. */
export function secretOf<T>(value: T, name: string): Secret<T> {
  const show = (): string => `[secret: ${name}]`;
  // What console.log and util.inspect ask for (nodejs.org/api/util.html, custom inspection functions).
  const inspect = Symbol.for("nodejs.util.inspect.custom");
  return Object.freeze({ reveal: () => value, toString: show, toJSON: show, [inspect]: show });
}
