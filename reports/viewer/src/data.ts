// The run, as harness/report/html_report.cpp writes it into the page.

export type Verdict = "pass" | "inconclusive" | "fail";

export interface Variant {
  name: string;
  mechanism: string;
  mutant: boolean;
  expected: string;
  because: string;
  verdict: Verdict;
  as_expected: boolean;
  caught: boolean;
  caught_by: string;
  got: string;
  why: string;
  cases: number;
}

export interface Sweep {
  variant: string;
  fault: string;
  instructions: number;
  failed: number[];
  ranges: string;
}

export interface Scenario {
  name: string;
  target: string;
  verdict: Verdict;
  words: string;
  ns: number;
  points: [total: number, explored: number, fired: number];
  variants: Variant[];
  sweeps: Sweep[];
}

export interface Finding {
  checker: string;
  verdict: Verdict;
  message: string;
  events: number[];
  whose?: string;
  defect?: string;
}

export interface Case {
  id: string;
  s: number; // the scenario's place in Run.scenarios
  v: number; // the variant's place in the scenario
  verdict: Verdict;
  ns: number;
  faults: string;
  surprise?: boolean;
  not_run?: boolean;
  findings?: Finding[];
  caught_by?: string;
  replay?: string;
  explored?: string; // of a model program: how many executions, up to which bound
}

export interface Lane {
  name: string;
  pid: number;
  begin: number;
  end: number;
  ended: string;
  struck: boolean;
  cleaned: boolean;
}

export type Span = [lane: number, kind: "operation" | "call" | "stopped" | "blocked", name: string, begin: number, end: number, outcome: string, event: number];
export type Event = [index: number, ns: number, lane: number | null, kind: string, words: string];
export type State = [from: number, value: string, level: number | null, broken: boolean, event: number];

export interface WaitNode { id: string; object: boolean; label: string; detail: string; dead: boolean }
export interface WaitEdge { from: string; to: string; label: string; event: number }
export interface Wait { nodes: WaitNode[]; edges: WaitEdge[] }

// What a case's timeline is drawn from.
export interface Picture {
  end: number;
  stuck: number;
  lanes: Lane[];
  spans: Span[];
  objects: { name: string; states: State[] }[];
  wait: Wait | null;
  output: { role: string; stream: string; text: string }[];
  events: Event[];
  // An execution of the model: every time in it is the number of a step, and links lead from a write to who read it.
  steps?: boolean;
  links?: [from: number, to: number][];
}

export interface Target {
  id: string;
  shows: string[];
  cannot_show: string[];
  lost: string[];
  facts: Record<string, unknown>;
}

export interface Run {
  schema: string;
  run: {
    id: string; started_at: string; version: string; commit: string;
    host: { kernel: string; arch: string; cpus: number; emulated: boolean };
    command_line: string[]; seed: string; directory: string; complete: boolean;
    headline: string; verdict: Verdict;
    cases: number; passed: number; failed: number; inconclusive: number; mutants: number; mutants_caught: number;
  };
  targets: Target[];
  scenarios: Scenario[];
  comparisons: { scenario: string; targets: string[]; words: string; differing: { variant: string; faults: string; verdicts: Verdict[] }[] }[];
  classes: { targets: string[]; rows: { class: string; words: string; cells: { words: string; missed: boolean; reasons: string[] }[] }[] };
  explored: string;  // how much of what an exploration met it struck at; empty for any other run
  left_out: string[];
  cases: Case[];
  pictures: Record<string, Picture>;
}

export const run: Run = JSON.parse(document.getElementById("run")!.textContent!);

export const scenarioOf = (one: Case) => run.scenarios[one.s]!;
export const variantOf = (one: Case) => scenarioOf(one).variants[one.v]!;
export const replayOf = (one: Case) => one.replay ?? `harness replay '${one.id}'`;

const numbers = new Map(run.cases.map((one, number) => [one.id, number]));
export const numberOf = (id: string) => numbers.get(id) ?? -1;
export const pictureOf = (number: number): Picture | undefined => run.pictures[String(number)];

// What a case's badge says: whether it is good news is not what its verdict says.
export type Status = "surprise" | "unjudged" | "caught" | "pass" | "expected-fail";
export function statusOf(one: Case): Status {
  if (one.surprise) return one.verdict === "inconclusive" ? "unjudged" : "surprise";
  if (one.verdict === "inconclusive") return "unjudged";
  if (one.verdict === "pass") return "pass";
  return variantOf(one).mutant ? "caught" : "expected-fail";
}
export function statusWords(one: Case): string {
  if (one.not_run) return "not run";
  switch (statusOf(one)) {
    case "surprise": return one.verdict === "pass" ? "missed" : "fail";
    case "unjudged": return "inconclusive";
    case "caught": return "caught";
    case "expected-fail": return "known limit";
    case "pass": return "pass";
  }
}

export function clock(ns: number): string {
  return `${(ns / 1e6).toFixed(3)} ms`;
}
export const moment = (picture: Picture, time: number) => (picture.steps ? `step ${time}` : clock(time));
export function span(ns: number): string {
  if (ns < 1e3) return `${ns} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(1)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(ns < 1e7 ? 2 : 0)} ms`;
  return `${(ns / 1e9).toFixed(1)} s`;
}
export const counted = (count: number, noun: string) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
export function listed(words: string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
