// The first page: the verdict, what was not as expected and why, and what the run covered.
import { useMemo, useState } from "preact/hooks";
import { counted, pictureOf, replayOf, run, span, statusOf, type Case, type Scenario, type Variant } from "./data";
import { caseAddress, casesAddress, Command, Section, VerdictBadge } from "./parts";
import { Findings, Story } from "./case";
import { WaitPicture } from "./wait";

interface Surprise { scenario: Scenario; variant: Variant; cases: { one: Case; number: number }[] }

const MOST_CARDS = 12;

function surprises(): Surprise[] {
  const groups = new Map<string, Surprise>();
  run.scenarios.forEach((scenario, s) => scenario.variants.forEach((variant, v) => {
    if (!variant.as_expected) groups.set(`${s}/${v}`, { scenario, variant, cases: [] });
  }));
  run.cases.forEach((one, number) => {
    if (one.surprise) groups.get(`${one.s}/${one.v}`)?.cases.push({ one, number });
  });
  const weight = ({ one, number }: { one: Case; number: number }) =>
    (one.not_run ? 8 : 0) + (one.verdict === "fail" ? 0 : 4) + (pictureOf(number) ? 0 : 1);
  for (const group of groups.values()) group.cases.sort((a, b) => weight(a) - weight(b));
  return [...groups.values()].sort((a, b) => Number(b.variant.verdict === "fail") - Number(a.variant.verdict === "fail"));
}

function SurpriseCard({ surprise }: { surprise: Surprise }) {
  const { scenario, variant, cases } = surprise;
  const first = cases[0];
  const picture = first && pictureOf(first.number);
  return (
    <article class={`card ${variant.verdict === "inconclusive" ? "unjudged" : ""}`}>
      <h3>
        <a href={first ? caseAddress(first.one.id) : casesAddress({ q: `${scenario.name} ${variant.name}` })}>
          {scenario.name} <span class="muted">on</span> {scenario.target}<span class="muted">:</span> {variant.mutant && "mutant "}{variant.name}
        </a>
        <span class="muted got">{variant.got}</span>
      </h3>
      {first ? <p class="mono fault-line"><a href={caseAddress(first.one.id)}>{first.one.faults}</a></p>
        : variant.why && <p class="why">{variant.why}.</p>}
      {picture && <Story picture={picture} one={first.one} />}
      {first && <Findings one={first.one} />}
      {picture?.wait && <div class="wait-box"><WaitPicture wait={picture.wait} /></div>}
      {first && <Command label="Run it again" text={replayOf(first.one)} />}
      {first && (
        <p class="more">
          <a href={caseAddress(first.one.id)}>{picture ? "Timeline and every event →" : "The case →"}</a>
          {cases.length > 1 && <a href={casesAddress({ q: `${scenario.name}/${scenario.target}/${variant.name}/`, status: "surprise" })}>{counted(cases.length - 1, "more case")} not as expected</a>}
        </p>
      )}
    </article>
  );
}

function Tiles() {
  const { run: all, scenarios, left_out } = run;
  const caught = all.mutants_caught === all.mutants;
  const variants = scenarios.flatMap((scenario) => scenario.variants);
  const odd = variants.filter((variant) => !variant.as_expected).length;
  const points = scenarios.reduce((sum, scenario) => [sum[0]! + scenario.points[0], sum[1]! + scenario.points[2]], [0, 0]);
  const time = scenarios.reduce((sum, scenario) => sum + scenario.ns, 0);
  const tiles: [string, string, string, string][] = [
    [String(odd), odd === 1 ? "variant not as expected" : "variants not as expected", odd ? "bad" : "good", casesAddress({ status: "surprise" })],
    [all.cases.toLocaleString("en"), `cases in ${counted(scenarios.length, "scenario run")}`, "", "#/cases"],
    [`${all.mutants_caught}/${all.mutants}`, "mutants caught", all.mutants && !caught ? "bad" : "", casesAddress({ status: "caught" })],
    [all.inconclusive.toLocaleString("en"), "inconclusive", all.inconclusive ? "amber" : "", casesAddress({ q: "inconclusive" })],
    [`${points[1]}/${points[0]}`, "injection points struck", "", "#/"],
    [String(left_out.length), "left out, with reason", left_out.length ? "amber" : "", "#left-out"],
    [span(time), "in cases", "", "#/cases"],
  ];
  return <ul class="tiles">{tiles.map(([value, words, kind, to]) => <li class={kind}><a href={to}><b>{value}</b><span>{words}</span></a></li>)}</ul>;
}

// Scenarios down, targets across. What went wrong stands first.
function Matrix() {
  const targets = [...new Set(run.scenarios.map((one) => one.target))];
  const [all, setAll] = useState(false);
  const rows = useMemo(() => {
    const byName = new Map<string, Map<string, Scenario>>();
    for (const one of run.scenarios) (byName.get(one.name) ?? byName.set(one.name, new Map()).get(one.name)!).set(one.target, one);
    const worst = (row: Map<string, Scenario>) => Math.max(...[...row.values()].map((one) => ["pass", "inconclusive", "fail"].indexOf(one.verdict)));
    return [...byName].sort((a, b) => worst(b[1]) - worst(a[1]));
  }, []);
  const shown = all ? rows : rows.slice(0, 40);
  const mechanisms = (row: Map<string, Scenario>) => [...new Set([...row.values()].flatMap((one) => one.variants.map((variant) => variant.mechanism)))];
  const cell = (one: Scenario | undefined) => {
    if (!one) return <td class="none">not run</td>;
    const mutants = one.variants.filter((variant) => variant.mutant && variant.expected.startsWith("fail"));
    const caught = mutants.filter((variant) => variant.as_expected).length;
    const correct = one.variants.filter((variant) => !variant.mutant);
    const good = correct.filter((variant) => variant.as_expected).length;
    const cases = one.variants.reduce((sum, variant) => sum + variant.cases, 0);
    return (
      <td>
        <a class="cell" href={casesAddress({ q: `${one.name}/${one.target}/` })} title={one.words}>
          <VerdictBadge verdict={one.verdict} words={one.verdict === "fail" ? "surprise" : one.verdict} />
          <span class={good < correct.length ? "bad" : ""}>{correct.length > 0 && `${good}/${correct.length} correct`}</span>
          <span class={caught < mutants.length ? "bad" : ""}>{mutants.length > 0 && `${caught}/${mutants.length} caught`}</span>
          <span class="muted">{one.points[2]}/{one.points[0]} points</span>
          <span class="num muted">{counted(cases, "case")}</span>
        </a>
      </td>
    );
  };
  return (
    <div class="scroll-x">
      <table class="matrix">
        <thead><tr><th scope="col">scenario</th><th scope="col">mechanism</th>{targets.map((target) => <th scope="col"><a href="#limits">{target}</a></th>)}</tr></thead>
        <tbody>{shown.map(([name, row]) => (
          <tr><th scope="row"><a href={casesAddress({ q: `${name}/` })}>{name}</a></th><td class="muted mechanism" title={mechanisms(row).join(", ")}>{mechanisms(row).join(", ")}</td>{targets.map((target) => cell(row.get(target)))}</tr>
        ))}</tbody>
      </table>
      {rows.length > shown.length && <button type="button" class="more-button" onClick={() => setAll(true)}>Show all {rows.length} scenarios</button>}
    </div>
  );
}

function Limits() {
  return (
    <div class="limits">
      {run.targets.map((target) => (
        <div class="limit">
          <h3>{target.id}</h3>
          <div class="columns">
            {target.shows.length > 0 && <div><h4>A pass here shows</h4><ul>{target.shows.map((one) => <li>{one}</li>)}</ul></div>}
            <div><h4>It cannot show</h4><ul>{target.cannot_show.map((one) => <li>{one}</li>)}{target.lost.map((one) => <li class="bad">lost on this machine: {one}</li>)}
              {target.cannot_show.length + target.lost.length === 0 && <li class="muted">nothing is named</li>}</ul></div>
          </div>
          {Object.keys(target.facts).length > 0 && (
            <p class="muted small">{Object.entries(target.facts).map(([key, value]) => `${key.replaceAll("_", " ")}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join(" · ")}</p>
          )}
        </div>
      ))}
    </div>
  );
}

// One mistake may be planted in several targets' runs: a line each.
function Mutants() {
  const rows = run.scenarios.flatMap((scenario, s) => scenario.variants.map((variant, v) => ({ scenario, variant, s, v }))).filter((row) => row.variant.mutant);
  const [all, setAll] = useState(false);
  const by = useMemo(() => {
    const counts = new Map<string, { failed: number; first?: Case }>();
    for (const one of run.cases) {
      const key = `${one.s}/${one.v}`;
      const entry = counts.get(key) ?? { failed: 0 };
      if (one.verdict === "fail") { entry.failed += 1; entry.first ??= one; }
      counts.set(key, entry);
    }
    return counts;
  }, []);
  if (!rows.length) return <p class="muted">No mutant was run: nothing shows here that these checks can fail.</p>;
  rows.sort((a, b) => Number(a.variant.as_expected) - Number(b.variant.as_expected));
  const shown = all ? rows : rows.slice(0, 30);
  return (
    <div class="scroll-x">
      <table class="plain">
        <thead><tr><th>mutant</th><th>scenario</th><th>target</th><th>caught by</th><th class="num">failing cases</th><th>one of them</th></tr></thead>
        <tbody>{shown.map(({ scenario, variant, s, v }) => {
          const count = by.get(`${s}/${v}`);
          return (
            <tr>
              <td><b>{variant.name}</b></td><td>{scenario.name}</td><td class="muted">{scenario.target}</td>
              <td>{variant.expected === "pass" ? <span class="muted">tried as a program of one's own</span>
                : variant.expected === "not to be shown" && !variant.caught ? <span class="muted" title={variant.because}>not to be shown here</span>
                : variant.as_expected && variant.caught ? <><span class="tick">✓</span> {variant.caught_by}</> : <span class="bad">missed by {variant.expected.replace("fail: ", "")}</span>}</td>
              <td class="num">{count?.failed ?? 0} of {variant.cases}</td>
              <td class="mono">{count?.first && <a href={caseAddress(count.first.id)}>{count.first.faults}</a>}</td>
            </tr>
          );
        })}</tbody>
      </table>
      {rows.length > shown.length && <button type="button" class="more-button" onClick={() => setAll(true)}>Show all {rows.length} mutants</button>}
    </div>
  );
}

function Sweeps() {
  const rows = run.scenarios.flatMap((scenario) => scenario.sweeps.map((sweep) => ({ scenario, sweep })));
  if (!rows.length) return null;
  return (
    <Section id="sweeps" title="At each instruction" note="red: struck there, the case failed">
      <table class="plain">
        <thead><tr><th>scenario</th><th>variant</th><th>fault</th><th class="num">failed</th><th>where</th></tr></thead>
        <tbody>{rows.map(({ scenario, sweep }) => {
          const failed = new Set(sweep.failed);
          return (
            <tr><td>{scenario.name} <span class="muted">{scenario.target}</span></td><td>{sweep.variant}</td><td class="mono">{sweep.fault}</td>
              <td class="num">{sweep.failed.length} of {sweep.instructions}</td>
              <td><svg class="strip" viewBox={`0 0 ${sweep.instructions} 10`} preserveAspectRatio="none" role="img" aria-label={`failed at ${sweep.ranges || "none"}`}>
                <title>{`failed at ${sweep.ranges || "none"}`}</title>
                {Array.from({ length: sweep.instructions }, (_, i) => <rect x={i} y="0" width="0.9" height="10" class={failed.has(i + 1) ? "bad" : "good"} />)}
              </svg></td></tr>
          );
        })}</tbody>
      </table>
    </Section>
  );
}

// Classes of mistakes down, targets across: what each target can see.
function Classes() {
  const { targets, rows } = run.classes;
  if (!rows.length) return null;
  return (
    <Section id="classes" title="Classes of mistakes" note="what the mutants have, and which target sees it">
      <div class="scroll-x" tabIndex={0} role="region" aria-labelledby="classes-title">
        <table class="plain classes">
          <thead><tr><th scope="col">mistake</th>{targets.map((target) => <th scope="col"><a href="#limits">{target}</a></th>)}</tr></thead>
          <tbody>{rows.map((row) => (
            <tr>
              <th scope="row">{row.class}<span class="muted small">{row.words}</span></th>
              {row.cells.map((cell) => (
                <td>
                  <span class={cell.missed ? "bad" : cell.words.startsWith("caught") ? "" : "muted"}>{cell.words}</span>
                  {cell.reasons.map((reason) => <span class="muted small">{reason.replace(`${cell.words}: `, "")}</span>)}
                </td>
              ))}
            </tr>
          ))}</tbody>
        </table>
      </div>
    </Section>
  );
}

function KnownLimits() {
  const rows = run.scenarios.flatMap((scenario) => scenario.variants.map((variant) => ({ scenario, variant })))
    .filter(({ variant }) => (!variant.mutant && variant.caught && variant.expected !== "pass") || (variant.expected === "not to be shown" && !variant.caught) || (variant.expected === "pass" && variant.because));
  if (!rows.length) return null;
  return (
    <Section id="known" title="Known limits and platform defects" note="expected, and said each time">
      <ul class="plain-list">{rows.slice(0, 200).map(({ scenario, variant }) => (
        <li><b>{scenario.name}</b> <span class="muted">on {scenario.target}</span>: {variant.name}: {variant.expected}{variant.because && <> — {variant.because}</>}</li>
      ))}</ul>
    </Section>
  );
}

function LeftOut() {
  const [all, setAll] = useState(false);
  if (!run.left_out.length) return <p class="muted">Nothing: all that was asked for was run.</p>;
  const shown = all ? run.left_out : run.left_out.slice(0, 30);
  return <>
    <ul class="plain-list">{shown.map((note) => <li>{note}</li>)}</ul>
    {run.left_out.length > shown.length && <button type="button" class="more-button" onClick={() => setAll(true)}>Show all {run.left_out.length}</button>}
  </>;
}

function Comparisons() {
  if (!run.comparisons.length) return null;
  return (
    <Section id="compared" title="The same cases side by side">
      <ul class="plain-list">{run.comparisons.map((one) => (
        <li><b>{one.scenario}</b> on {one.targets.join(" and ")}: {one.words}
          {one.differing.length > 0 && <ul>{one.differing.slice(0, 20).map((differing) => (
            <li class="bad"><span class="mono">{differing.variant} {differing.faults}</span>: {one.targets.map((target, i) => `${target} ${differing.verdicts[i]}`).join(", ")}</li>
          ))}</ul>}
        </li>
      ))}</ul>
    </Section>
  );
}

export function Overview() {
  const odd = useMemo(surprises, []);
  const { run: all } = run;
  const pictures = Object.keys(run.pictures).length;
  const [most, setMost] = useState(MOST_CARDS);
  return (
    <main>
      <header class={`banner ${all.verdict}`}>
        <h1>{all.headline}</h1>
        <p>
          {counted(all.passed, "case")} passed, {all.failed.toLocaleString("en")} failed, {all.inconclusive.toLocaleString("en")} inconclusive.
          {all.failed > 0 && !run.cases.some((one) => statusOf(one) === "surprise") && " Every failure is a planted or known one that was expected."}
          {!all.complete && <b> The run was cut short.</b>}
        </p>
      </header>
      <Tiles />
      {odd.length > 0 && (
        <Section id="surprises" title="Not as expected" note={counted(odd.length, "variant")}>
          {odd.slice(0, most).map((surprise) => <SurpriseCard surprise={surprise} />)}
          {odd.length > most && <button type="button" class="more-button" onClick={() => setMost(odd.length)}>Show all {odd.length}</button>}
        </Section>
      )}
      <Section id="matrix" title="Scenarios and targets"><Matrix /></Section>
      <Section id="limits" title="What a pass is evidence of"><Limits /></Section>
      <Section id="mutants" title="Mutants" note="programs with one planted mistake: each must be caught"><Mutants /></Section>
      {run.explored && <Section id="explored" title="Explored" note="what was met, and how much of it was struck at"><pre>{run.explored}</pre></Section>}
      <Classes />
      <Sweeps />
      <Comparisons />
      <KnownLimits />
      <Section id="left-out" title="Left out, and why"><LeftOut /></Section>
      <footer class="muted">
        <p>Run {all.id}, started {all.started_at}, seed {all.seed}; harness {all.version}{all.commit && ` (${all.commit})`} on {all.host.kernel} {all.host.arch}, {counted(all.host.cpus, "CPU")}{all.host.emulated && ", emulated"}.</p>
        {all.command_line.length > 0 && <Command text={all.command_line.join(" ")} />}
        <p>{pictures === run.cases.length ? "Every case has its timeline in this page." : `${pictures.toLocaleString("en")} of ${counted(run.cases.length, "case")} have their timeline in this page; the others say how to get theirs.`}{all.directory && ` Record: ${all.directory}`}</p>
      </footer>
    </main>
  );
}
