// Loaded before a process that is measured, the empty one too: tells on file descriptor 3 what it took to its first output
// and to its end. CommonJS, since that costs next to nothing to load.
const { readFileSync, writeSync } = require("node:fs");

const milliseconds = ({ user, system }) => (user + system) / 1000;
let toFirstLineMs;
const write = process.stdout.write;
process.stdout.write = function (...args) {
  toFirstLineMs ??= milliseconds(process.cpuUsage());
  process.stdout.write = write;
  return write.apply(this, args);
};

// getrusage's maximum is that of the parent, where that was larger: a child is a copy of it until it runs its program.
function peakBytes() {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
}

// What the machine kept the main thread waiting for a processor (docs.kernel.org/scheduler/sched-stats.html).
function queuedMs() {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}

process.on("exit", () => {
  const cpuMs = milliseconds(process.cpuUsage());
  writeSync(3, JSON.stringify({ toFirstLineMs, cpuMs, queuedMs: queuedMs(), peakBytes: peakBytes() }));
});
