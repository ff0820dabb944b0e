// All cases: a filter, and a list of which only the visible rows exist, so that thousands cost nothing.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { counted, run, scenarioOf, span, statusOf, variantOf, type Case, type Status } from "./data";
import { Badge, caseAddress, casesAddress } from "./parts";

const ROW = 30;

export interface Filter { q: string; status: string; target: string }

const KINDS: { id: string; words: string; has: (status: Status) => boolean }[] = [
  { id: "surprise", words: "not as expected", has: (status) => status === "surprise" || status === "unjudged" },
  { id: "caught", words: "mutants caught", has: (status) => status === "caught" },
  { id: "limit", words: "known limits", has: (status) => status === "expected-fail" },
  { id: "pass", words: "pass", has: (status) => status === "pass" },
];

const texts = run.cases.map((one) => {
  const variant = variantOf(one);
  const findings = (one.findings ?? []).map((finding) => finding.checker).join(" ");
  return `${one.id} ${variant.mechanism} ${one.verdict} ${statusOf(one)} ${variant.mutant ? "mutant" : "correct"} ${findings}`.toLowerCase();
});

export function filtered(filter: Filter): number[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const kind = KINDS.find((one) => one.id === filter.status);
  const found: number[] = [];
  run.cases.forEach((one, number) => {
    if (kind && !kind.has(statusOf(one))) return;
    if (filter.target && scenarioOf(one).target !== filter.target) return;
    if (words.every((word) => texts[number]!.includes(word))) found.push(number);
  });
  // What a reader came for is on top; else they stand in the order of the plan.
  return [...found.filter((number) => run.cases[number]!.surprise), ...found.filter((number) => !run.cases[number]!.surprise)];
}

function Row({ one, top, active }: { one: Case; top: number; active: boolean }) {
  const variant = variantOf(one), scenario = scenarioOf(one);
  return (
    <a class={`row ${active ? "active" : ""}`} href={caseAddress(one.id)} style={`top:${top}px`} tabIndex={-1} title={one.id}>
      <span><Badge one={one} /></span>
      <span class="strong">{scenario.name}</span>
      <span class="muted">{scenario.target}</span>
      <span class="variant"><span>{variant.name}</span>{variant.mutant && <small class="tag">mutant</small>}</span>
      <span class="mono">{one.faults}</span>
      <span class="muted">{one.caught_by || one.findings?.[0]?.checker || ""}</span>
      <span class="num muted">{span(one.ns)}</span>
    </a>
  );
}

export function CasesPage({ filter }: { filter: Filter }) {
  const [typed, setTyped] = useState(filter.q);
  // Who is typing is ahead of the address: what comes back from there is old by then.
  useEffect(() => { if (document.activeElement?.id !== "filter") setTyped(filter.q); }, [filter.q]);
  const found = useMemo(() => filtered(filter), [filter.q, filter.status, filter.target]);
  const [active, setActive] = useState(0);
  const [scroll, setScroll] = useState(0);
  const [height, setHeight] = useState(600);
  const box = useRef<HTMLDivElement>(null);
  const go = (change: Partial<Filter>) => {
    const next = Object.fromEntries(Object.entries({ ...filter, ...change }).filter(([, value]) => value));
    history.replaceState(null, "", casesAddress(next as Record<string, string>));
    dispatchEvent(new HashChangeEvent("hashchange"));
  };
  useEffect(() => { setActive(0); if (box.current) box.current.scrollTop = 0; }, [found]);
  useEffect(() => {
    const fit = () => setHeight(Math.max(240, innerHeight - (box.current?.getBoundingClientRect().top ?? 200) - 24));
    fit();
    addEventListener("resize", fit);
    return () => removeEventListener("resize", fit);
  }, []);
  useEffect(() => {
    const pressed = (key: KeyboardEvent) => {
      const isTyping = (key.target as HTMLElement).tagName === "INPUT";
      if (key.ctrlKey || key.metaKey || key.altKey) return;
      const step = key.key === "ArrowDown" || (!isTyping && key.key === "j") ? 1
        : key.key === "ArrowUp" || (!isTyping && key.key === "k") ? -1
        : key.key === "PageDown" ? 15 : key.key === "PageUp" ? -15 : 0;
      if (step) {
        key.preventDefault();
        setActive((now) => {
          const next = Math.max(0, Math.min(found.length - 1, now + step));
          const list = box.current!;
          if (next * ROW < list.scrollTop) list.scrollTop = next * ROW;
          if ((next + 1) * ROW > list.scrollTop + list.clientHeight) list.scrollTop = (next + 1) * ROW - list.clientHeight;
          return next;
        });
      }
      if (key.key === "Enter" && found[active] !== undefined && !(key.target instanceof HTMLButtonElement))
        location.hash = caseAddress(run.cases[found[active]!]!.id);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [found, active]);

  const first = Math.max(0, Math.floor(scroll / ROW) - 10);
  const visible = found.slice(first, first + Math.ceil(height / ROW) + 20);
  const targets = [...new Set(run.scenarios.map((one) => one.target))];
  return (
    <main>
      <div class="filters">
        <input id="filter" type="search" value={typed} placeholder="Filter: words of a case's id, its checker, mutant…  ( / )" aria-label="Filter cases"
          onInput={(input) => { setTyped(input.currentTarget.value); go({ q: input.currentTarget.value }); }} />
        <div class="segmented" role="group" aria-label="Kind">
          <button type="button" aria-pressed={!filter.status} onClick={() => go({ status: "" })}>all</button>
          {KINDS.filter((kind) => run.cases.some((one) => kind.has(statusOf(one)))).map((kind) => (
            <button type="button" aria-pressed={filter.status === kind.id} onClick={() => go({ status: kind.id })}>{kind.words}</button>
          ))}
        </div>
        {targets.length > 1 && (
          <div class="segmented" role="group" aria-label="Target">
            <button type="button" aria-pressed={!filter.target} onClick={() => go({ target: "" })}>any target</button>
            {targets.map((target) => <button type="button" aria-pressed={filter.target === target} onClick={() => go({ target })}>{target}</button>)}
          </div>
        )}
        <span class="muted" role="status">{counted(found.length, "case")}</span>
      </div>
      <div class="row head" aria-hidden="true"><span>outcome</span><span>scenario</span><span>target</span><span>variant</span><span>faults</span><span>checker</span><span class="num">time</span></div>
      <div class="list" ref={box} style={`height:${Math.min(height, found.length * ROW + 2)}px`} onScroll={(event) => setScroll(event.currentTarget.scrollTop)} tabIndex={0} aria-label="Cases">
        <div style={`height:${found.length * ROW}px;position:relative`}>
          {visible.map((number, i) => <Row key={number} one={run.cases[number]!} top={(first + i) * ROW} active={first + i === active} />)}
        </div>
      </div>
      {found.length === 0 && <p class="muted">No case fits this filter.</p>}
    </main>
  );
}
