// One case: what happened in sentences, who waits for whom, the timeline, and every event.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { moment, pictureOf, replayOf, run, scenarioOf, span, variantOf, type Case, type Event, type Picture } from "./data";
import { Badge, caseAddress, Command } from "./parts";
import { storyOf } from "./story";
import { Timeline } from "./timeline";
import { WaitPicture } from "./wait";

const TURNS = new Set(["fault", "resumed", "ended", "deadlock", "deadline", "blocked", "residue", "lost", "closed", "kept", "busy", "invoke", "ok", "fail", "info"]);

function evidenceOf(one: Case): Set<number> {
  return new Set((one.findings ?? []).flatMap((finding) => finding.events));
}

export function Story({ picture, one, onPick }: { picture: Picture; one: Case; onPick?: (event: number) => void }) {
  const facts = storyOf(picture, one);
  if (!facts.length) return null;
  return (
    <dl class="story">
      {facts.map((fact, i) => (
        <>
          <dt class={fact.bad ? "bad" : ""}>{facts[i - 1]?.heading === fact.heading ? "" : fact.heading}</dt>
          <dd>{fact.event !== null && onPick
            ? <button type="button" class="link" onClick={() => onPick(fact.event!)}>{fact.text}</button> : fact.text}</dd>
        </>
      ))}
    </dl>
  );
}

export function Findings({ one, onPick }: { one: Case; onPick?: (event: number) => void }) {
  if (!one.findings?.length) return <p class="muted">No checker found anything.</p>;
  return (
    <ul class="findings">
      {one.findings.map((finding) => (
        <li class={finding.verdict}>
          <b>{finding.checker}</b>
          {finding.verdict === "inconclusive" && <span class="muted"> could not judge</span>}
          {finding.defect && <span class="tag">platform defect {finding.defect}</span>}
          {finding.whose === "emulator-suspect" && <span class="tag">seen only under emulation</span>}
          <span class="message">{finding.message}</span>
          {onPick && finding.events.length > 0 && (
            <button type="button" class="link small" onClick={() => onPick(finding.events[0]!)}>evidence</button>
          )}
        </li>
      ))}
    </ul>
  );
}

function EventRow({ event, before, picture, evidence, selected, onSelect }: {
  event: Event; before: Event | undefined; picture: Picture; evidence: boolean; selected: boolean; onSelect: (event: number) => void;
}) {
  const row = useRef<HTMLTableRowElement>(null);
  // Within its box alone: the timeline above must not jump away while one steps through the events.
  useEffect(() => {
    const box = row.current?.closest<HTMLElement>(".events-box");
    if (!selected || !box) return;
    const top = row.current!.offsetTop, bottom = top + row.current!.offsetHeight;
    if (top - 40 < box.scrollTop || bottom > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 2;
  }, [selected]);
  const lane = event[2] === null ? undefined : picture.lanes[event[2]];
  return (
    <tr ref={row} class={`${event[3]} ${evidence ? "evidence" : ""} ${selected ? "selected" : ""}`} onClick={() => onSelect(event[0])} aria-selected={selected}>
      <td class="num muted">{event[0]}</td>
      <td class="num">{moment(picture, event[1])}</td>
      <td class="num muted">{before && !picture.steps ? `+${span(event[1] - before[1])}` : ""}</td>
      <td class="who">{lane ? <><i class={`dot hue-${event[2]! % 6}`} />{lane.name}</> : <span class="muted">harness</span>}</td>
      <td class="what">{event[4]}{event[3] === "ended" && lane?.cleaned && <span class="muted"> by the harness, which ended what was stuck</span>}</td>
    </tr>
  );
}

export function CasePage({ number, event, neighbours }: { number: number; event: number | null; neighbours: (step: number) => Case | undefined }) {
  const one = run.cases[number]!;
  const picture = pictureOf(number);
  const scenario = scenarioOf(one), variant = variantOf(one);
  const evidence = useMemo(() => evidenceOf(one), [one]);
  const [selected, setSelected] = useState<number | null>(event);
  const [all, setAll] = useState(() => picture?.steps || (picture?.events.length ?? 0) <= 80);
  const rows = useMemo(
    () => picture?.events.filter((row) => all || TURNS.has(row[3]) || evidence.has(row[0])) ?? [], [picture, all, evidence]);
  useEffect(() => setSelected(event), [event, number]);

  const select = (index: number) => {
    setSelected(index);
    history.replaceState(null, "", `${caseAddress(one.id)}?event=${index}`);
  };
  useEffect(() => {
    const pressed = (key: KeyboardEvent) => {
      if ((key.target as HTMLElement).tagName === "INPUT" || key.ctrlKey || key.metaKey || key.altKey) return;
      const step = key.key === "j" ? 1 : key.key === "k" ? -1 : 0;
      if (step && rows.length) {
        const now = rows.findIndex((row) => row[0] === selected);
        select(rows[Math.max(0, Math.min(rows.length - 1, now < 0 ? (step > 0 ? 0 : rows.length - 1) : now + step))]![0]);
      }
      if (key.key === "e" && rows.length) {
        const proof = rows.filter((row) => evidence.has(row[0]));
        const next = proof.find((row) => row[0] > (selected ?? -1)) ?? proof[0];
        if (next) select(next[0]);
      }
      const other = key.key === "n" ? neighbours(1) : key.key === "p" ? neighbours(-1) : undefined;
      if (other) location.hash = caseAddress(other.id);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [rows, selected, one]);

  const next = neighbours(1), previous = neighbours(-1);
  return (
    <main class="case">
      <nav class="crumbs" aria-label="Where this is">
        <a href="#/cases">Cases</a> <span>/</span> <a href={`#/cases?q=${encodeURIComponent(scenario.name)}`}>{scenario.name}</a> <span>/</span> {scenario.target}
        <span class="paging">
          {previous ? <a href={caseAddress(previous.id)}>← previous</a> : <span class="muted">← previous</span>}
          {next ? <a href={caseAddress(next.id)}>next →</a> : <span class="muted">next →</span>}
        </span>
      </nav>
      <h1 class="case-title"><Badge one={one} />{variant.mutant && <span class="tag">mutant</span>} <span class="muted">variant</span> {variant.name} <span class="faults">{one.faults}</span></h1>
      <p class="muted case-facts">
        {variant.mechanism} · expected over all cases: {variant.expected} · {one.surprise ? <b class="bad">not as expected</b> : "as expected"}
        {one.caught_by && <> · caught by {one.caught_by}</>} · took {span(one.ns)}
        {variant.because && <> · {variant.because}</>}
        {one.explored && <> · {one.explored}</>}
      </p>
      {picture && <Story picture={picture} one={one} onPick={select} />}
      <Command label="Run it again" text={replayOf(one)} />
      <h2>Findings</h2>
      <Findings one={one} onPick={picture && select} />
      {!picture && (
        <div class="absent">
          <p><b>{one.not_run ? "This case was not run." : "This page has no timeline of this case."}</b>
            {one.not_run ? " The run ended before it." : " A page holds the events of as many cases as it has room for: first those that are not as expected, then failures, then passes. This one came out as expected."}</p>
          {!one.not_run && <>
            <Command label="A page of this case alone" text={`harness report '${run.run.directory || "RUN_FOLDER"}' --format html --case '${one.id}' --out case.html`} />
          </>}
        </div>
      )}
      {picture?.wait && <><h2>Who waits for what</h2><div class="wait-box"><WaitPicture wait={picture.wait} onPick={select} /></div></>}
      {picture && <><h2>Timeline {picture.steps && <span class="note">of the failing execution, step by step</span>}</h2><Timeline picture={picture} evidence={evidence} selected={selected} onSelect={select} /></>}
      {picture && picture.output.length > 0 && <>
        <h2>What the programs wrote</h2>
        {picture.output.map((one) => <figure class="output"><figcaption>{one.role}, {one.stream}</figcaption><pre tabIndex={0}>{one.text}</pre></figure>)}
      </>}
      {picture && <>
        <h2>Events <span class="note">{rows.length} of {picture.events.length}</span>
          <span class="segmented right">
            <button type="button" aria-pressed={!all} onClick={() => setAll(false)}>turning points</button>
            <button type="button" aria-pressed={all} onClick={() => setAll(true)}>all</button>
          </span>
        </h2>
        <div class="events-box" tabIndex={0}>
          <table class="events">
            <thead><tr><th>#</th><th>time</th><th>since</th><th>who</th><th>what</th></tr></thead>
            <tbody>{rows.slice(0, 3000).map((row, i) => (
              <EventRow key={row[0]} event={row} before={rows[i - 1]} picture={picture} evidence={evidence.has(row[0])} selected={selected === row[0]} onSelect={select} />
            ))}</tbody>
          </table>
          {rows.length > 3000 && <p class="muted">The first 3,000 are shown; history.jsonl has all.</p>}
        </div>
      </>}
    </main>
  );
}
