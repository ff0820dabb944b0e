// A case in time: a lane for each process, below them what kernel objects were. Two scales: even steps, in which
// a pause takes little room and a burst much, since what happens in microseconds decides; and true time.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { moment, span as lengthOf, type Event, type Picture, type Span } from "./data";

const LANE = 46, TRACK = 30, LEVEL = 44, AXIS = 26, LABELS = 172, PAD = 18;

type Scale = "steps" | "time";

// From time to place; monotone, so that what came later stands further right on either scale.
function placesOf(picture: Picture, scale: Scale, width: number): (ns: number) => number {
  const first = picture.events[0]?.[1] ?? 0;
  const last = Math.max(picture.end, first + 1);
  const room = width - 2 * PAD;
  if (scale === "time") return (ns) => PAD + ((ns - first) / (last - first)) * room;
  const times = [...new Set(picture.events.map((event) => event[1]))].sort((a, b) => a - b);
  const at: number[] = [0];
  for (let i = 1; i < times.length; ++i) at.push(at[i - 1]! + 1 + Math.log10(1 + (times[i]! - times[i - 1]!) / 5e3) * 1.6);
  const total = at[at.length - 1] || 1;
  return (ns) => {
    let low = 0, high = times.length - 1;
    while (low < high) { const middle = (low + high) >> 1; if (times[middle]! < ns) low = middle + 1; else high = middle; }
    const right = times[low] ?? first, left = times[low - 1] ?? right;
    const part = right === left || ns >= right ? 1 : (ns - left) / (right - left);
    const from = at[Math.max(0, low - 1)]!;
    return PAD + ((from + (at[low]! - from) * part) / total) * room;
  };
}

// About one mark to 110 pixels, each at a time that an event has or, in true time, a round one.
function marksOf(picture: Picture, scale: Scale, place: (ns: number) => number, width: number): number[] {
  const first = picture.events[0]?.[1] ?? 0;
  if (scale === "time") {
    const rough = (picture.end - first) / Math.max(2, width / 120);
    const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) ?? power;
    const marks = [];
    for (let t = Math.ceil(first / step) * step; t <= picture.end; t += step) marks.push(t);
    return marks;
  }
  const marks: number[] = [];
  let last = -1e9;
  for (const event of picture.events) {
    const x = place(event[1]);
    if (x - last < 110) continue;
    marks.push(event[1]);
    last = x;
  }
  return marks;
}

const POINTS = new Set(["reached", "observed", "arrived", "ready", "closed", "kept", "task", "busy", "residue", "lost", "output", "settled", "resumed"]);

// What the legend tells of, where it is there.
const KEYS: [string, string, (one: Span) => boolean][] = [
  ["ok", "operation", (one) => one[1] === "operation" && one[5] === "ok"],
  ["call", "system call", (one) => one[1] === "call"],
  ["fail", "failed", (one) => one[5] === "fail"],
  ["open", "never answered", (one) => one[5] === "open"],
  ["blocked", "asleep, stuck", (one) => one[1] === "blocked"],
];

// The program of each lane, where its name is not the role's: "auditor.1" runs "old-ledger".
function programsOf(picture: Picture): string[] {
  const programs = picture.lanes.map(() => "");
  for (const event of picture.events) {
    if (event[3] !== "spawned" || event[2] === null) continue;
    const program = event[4].replace(/^started /, "");
    if (program !== picture.lanes[event[2]]!.name.replace(/\.\d+$/, "")) programs[event[2]] = program;
  }
  return programs;
}

const MOST_LANES = 12;

// Processes of which nothing is told but that they came and went, as the children of a shell script: where there are
// many they share one row.
function quietLanes(picture: Picture, evidence: Set<number>): Set<number> {
  const told = new Set(picture.spans.map((one) => one[0]));
  const names = new Set([...(picture.wait?.nodes ?? []).map((node) => node.id), ...picture.objects.flatMap((one) => one.states.map((state) => state[1].replace(/, dead$/, "")))]);
  for (const event of picture.events) {
    if (event[2] !== null && (evidence.has(event[0]) || event[3] !== "task")) told.add(event[2]);
  }
  const quiet = picture.lanes.flatMap((lane, i) => (told.has(i) || names.has(lane.name) || lane.struck ? [] : [i]));
  return new Set(picture.lanes.length > MOST_LANES && quiet.length > 3 ? quiet : []);
}

export function Timeline({ picture, evidence, selected, onSelect }: {
  picture: Picture; evidence: Set<number>; selected: number | null; onSelect: (event: number) => void;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const [outer, setOuter] = useState(900);
  const [wanted, setScale] = useState<Scale>("steps");
  const scale = picture.steps ? "steps" : wanted;
  const [zoom, setZoom] = useState(1);
  const [hovered, setHovered] = useState<Event | null>(null);
  const quiet = useMemo(() => quietLanes(picture, evidence), [picture, evidence]);
  const programs = useMemo(() => programsOf(picture), [picture]);
  const [unfolded, setUnfolded] = useState(false);
  useEffect(() => {
    const watcher = new ResizeObserver((entries) => setOuter(Math.max(320, Math.floor(entries[0]!.contentRect.width))));
    watcher.observe(holder.current!);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    const pressed = (key: KeyboardEvent) => {
      if ((key.target as HTMLElement).tagName === "INPUT" || key.ctrlKey || key.metaKey || key.altKey) return;
      if (key.key === "+" || key.key === "=") setZoom((now) => Math.min(64, now * 1.5));
      if (key.key === "-") setZoom((now) => Math.max(1, now / 1.5));
      if (key.key === "0") setZoom(1);
      if (key.key === "s") setScale((now) => (now === "steps" ? "time" : "steps"));
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, []);

  const width = Math.min(60000, Math.max(outer, picture.events.length * (picture.steps ? 92 : scale === "steps" ? 5 : 0)) * zoom);
  const place = useMemo(() => placesOf(picture, scale, width), [picture, scale, width]);
  const marks = useMemo(() => marksOf(picture, scale, place, width), [picture, scale, place, width]);
  const byIndex = useMemo(() => new Map(picture.events.map((event) => [event[0], event])), [picture]);
  const tops: number[] = [];
  let height = AXIS;
  const rows = picture.lanes.map((lane, i) => ({ lane, i })).filter(({ i }) => unfolded || !quiet.has(i));
  for (const { i } of rows) { tops[i] = height; height += LANE; }
  if (quiet.size && !unfolded) {
    for (const i of quiet) tops[i] = height;
    height += LANE;
  }
  const tracks = picture.objects.map((object) => {
    const isLevel = object.states.some((state) => state[2] !== null);
    const track = { object, isLevel, top: height };
    height += isLevel ? LEVEL : TRACK;
    return track;
  });
  height += 8;

  useEffect(() => {
    const event = selected === null ? undefined : byIndex.get(selected);
    const box = holder.current!;
    if (!event) return;
    const x = place(event[1]);
    if (x < box.scrollLeft + 40 || x > box.scrollLeft + box.clientWidth - 40) box.scrollLeft = x - box.clientWidth / 2;
  }, [selected, place]);

  const shown = hovered ?? (selected === null ? null : byIndex.get(selected) ?? null);
  const over = (index: number) => ({
    onMouseEnter: () => setHovered(byIndex.get(index) ?? null), onMouseLeave: () => setHovered(null), onClick: () => onSelect(index),
  });
  const stuckX = picture.stuck >= 0 ? place(picture.stuck) : -1;
  const laneColour = (name: string) => {
    const lane = picture.lanes.findIndex((one) => one.name === name.replace(/, dead$/, ""));
    return lane < 0 ? "none" : `hue-${lane % 6}`;
  };
  const spanClass = (one: Span) => `span ${one[1]} ${one[5]} ${evidence.has(one[6]) ? "evidence" : ""} ${selected === one[6] ? "selected" : ""}`;

  return (
    <div class="timeline">
      <div class="tools" role="toolbar" aria-label="Timeline">
        {!picture.steps && <div class="segmented">
          <button type="button" aria-pressed={scale === "steps"} onClick={() => setScale("steps")} title="Pauses take little room">even steps</button>
          <button type="button" aria-pressed={scale === "time"} onClick={() => setScale("time")} title="As long as it took">true time</button>
        </div>}
        <div class="segmented">
          <button type="button" onClick={() => setZoom(Math.max(1, zoom / 1.5))} aria-label="Zoom out">−</button>
          <button type="button" onClick={() => setZoom(1)}>fit</button>
          <button type="button" onClick={() => setZoom(Math.min(64, zoom * 1.5))} aria-label="Zoom in">+</button>
        </div>
        <ul class="legend">
          {picture.events.some((event) => event[3] === "fault") && <li><svg class="bolt" width="12" height="17" aria-hidden="true"><path d="M7.5 0l-6.5 13h5l-2 4 8.5-10h-5.2l2.4-7z" /></svg>fault</li>}
          {KEYS.filter(([, , has]) => picture.spans.some(has)).map(([kind, words]) => <li><i class={`key ${kind}`} />{words}</li>)}
          {(picture.links?.length ?? 0) > 0 && <li><i class="key reads-from" />read from</li>}
          {evidence.size > 0 && <li><i class="key evidence" />evidence</li>}
        </ul>
      </div>
      <div class="frame">
        <div class="lane-labels" style={`width:${LABELS}px`}>
          <div style={`height:${AXIS}px`} />
          {rows.map(({ lane, i }) => (
            <div class="lane-label" style={`height:${LANE}px`} title={`${lane.name}${picture.steps ? "" : `, pid ${lane.pid}`}${lane.ended ? `: ${lane.ended}` : ""}`}>
              <b><i class={`dot hue-${i % 6}`} />{lane.name}</b>
              <small class={lane.struck ? "bad" : ""}>{programs[i] && `${programs[i]}: `}{lane.cleaned ? "stuck; cleaned up" : lane.ended || (picture.steps ? "" : `pid ${lane.pid}`)}</small>
            </div>
          ))}
          {quiet.size > 0 && !unfolded && (
            <div class="lane-label" style={`height:${LANE}px`}>
              <b>{quiet.size} more processes</b>
              <small><button type="button" class="link" onClick={() => setUnfolded(true)}>a lane for each</button></small>
            </div>
          )}
          {tracks.map(({ object, isLevel }) => (
            <div class="lane-label track" style={`height:${isLevel ? LEVEL : TRACK}px`}><span>{object.name}</span></div>
          ))}
        </div>
        <div class="lanes" ref={holder}>
          <svg width={width} height={height} role="img" aria-label={`Timeline of ${picture.lanes.length} ${picture.steps ? "threads" : "processes"} and ${picture.events.length} ${picture.steps ? "steps" : "events"}`}>
            <defs>
              <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2.4" height="6" class="hatch" /></pattern>
            </defs>
            {stuckX >= 0 && <rect x={stuckX} y={AXIS} width={Math.max(0, width - stuckX)} height={height - AXIS} class="after" />}
            {marks.map((mark) => (
              <g class="mark"><line x1={place(mark)} x2={place(mark)} y1={AXIS - 5} y2={height} /><text x={place(mark) + (place(mark) > width - 70 ? -3 : 3)} y={AXIS - 10} text-anchor={place(mark) > width - 70 ? "end" : "start"}>{moment(picture, mark)}</text></g>
            ))}
            {picture.lanes.map((lane, i) => {
              const y = tops[i]! + LANE / 2, x1 = place(lane.begin), x2 = place(lane.end);
              return (
                <g class={`life hue-${i % 6}`}>
                  <line x1={x1} x2={x2} y1={y} y2={y} />
                  <circle cx={x1} cy={y} r="3" class="born" />
                  {lane.struck ? <path class="died" d={`M${x2 - 5} ${y - 5}l10 10m0-10l-10 10`} />
                    : !lane.cleaned && lane.ended && <circle cx={x2} cy={y} r="4" class="ended" />}
                </g>
              );
            })}
            {picture.spans.map((one) => {
              const x = place(one[3]), w = Math.max(3, place(one[4]) - x), y = tops[one[0]]! + (one[1] === "operation" ? 8 : 29);
              const h = one[1] === "operation" ? 19 : 9;
              const end = byIndex.get(one[6]);
              return (
                <g class={spanClass(one)} {...over(one[6])}>
                  <title>{`${one[2]}${one[5] ? ` ${one[5] === "open" ? "was never answered" : one[5]}` : ""}${picture.steps ? `, step ${one[3]}` : `, ${lengthOf(one[4] - one[3])}${end ? `: ${end[4]}` : ""}`}`}</title>
                  <rect x={x} y={y} width={w} height={h} rx="3" />
                  {one[1] === "operation" && w > one[2].length * 6.4 + 8 && <text x={x + 5} y={y + 13.5}>{one[2]}</text>}
                  {one[1] === "call" && w > one[2].length * 5.4 + 6 && <text x={x + 3} y={y + 7.5} class="small">{one[2]}</text>}
                  {one[1] !== "operation" && one[1] !== "call" && w > 60 && <text x={x + 4} y={y + 8} class="small">{one[1] === "blocked" ? `asleep in ${one[2]}` : one[2]}</text>}
                </g>
              );
            })}
            {picture.events.length <= 4000 && picture.events.map((event) => {
              if (event[2] === null || !POINTS.has(event[3])) return null;
              const x = place(event[1]), y = tops[event[2]]! + LANE / 2;
              return (
                <g class={`point ${event[3]} ${evidence.has(event[0]) ? "evidence" : ""} ${selected === event[0] ? "selected" : ""}`} {...over(event[0])}>
                  <title>{`${moment(picture, event[1])} ${event[4]}`}</title>
                  <rect class="hit" x={x - 3} y={y - 4} width="6" height="14" />
                  <line x1={x} x2={x} y1={y + 1} y2={y + 7} />
                </g>
              );
            })}
            {(picture.links ?? []).map(([from, to]) => {
              const write = byIndex.get(from), read = byIndex.get(to);
              if (!write || !read || write[2] === null || read[2] === null) return null;
              const down = tops[read[2]]! > tops[write[2]]!;
              const x1 = place(write[1]) + 6, y1 = tops[write[2]]! + (down ? 27 : 8), x2 = place(read[1]) + 6, y2 = tops[read[2]]! + (down ? 8 : 27);
              return (
                <g class={`reads-from ${shown && (shown[0] === from || shown[0] === to) ? "shown" : ""}`} {...over(to)}>
                  <title>{`${read[4]}: written at step ${write[1]}`}</title>
                  <line x1={x1} y1={y1} x2={x2} y2={y2} /><circle cx={x2} cy={y2} r="2.5" />
                </g>
              );
            })}
            {tracks.map(({ object, isLevel, top }) => {
              const states = object.states;
              const end = picture.stuck >= 0 ? picture.stuck : picture.end;
              if (!isLevel) {
                return states.map((state, i) => {
                  if (!state[1]) return null;
                  const x = place(state[0]), w = Math.max(2, place(states[i + 1]?.[0] ?? (state[3] ? picture.end : end)) - x);
                  return (
                    <g class={`held ${laneColour(state[1])} ${state[3] ? "broken" : ""}`} {...over(state[4])}>
                      <title>{state[1]}</title>
                      <rect x={x} y={top + 7} width={w} height={17} rx="3" />
                      {w > state[1].length * 6.4 + 8 && <text x={x + 5} y={top + 19.5}>{state[1]}</text>}
                    </g>
                  );
                });
              }
              const levels = states.map((state) => state[2] ?? 0);
              const most = Math.max(1, ...levels);
              const y = (level: number) => top + LEVEL - 8 - (level / most) * (LEVEL - 18);
              let path = `M${place(picture.events[0]?.[1] ?? 0)} ${y(0)}`;
              for (const state of states) path += `H${place(state[0])}V${y(state[2] ?? 0)}`;
              path += `H${place(end)}`;
              return (
                <g class="level">
                  <path d={path} class="line" />
                  <text x={place(end) + 4} y={y(levels[levels.length - 1] ?? 0) + 4}>{levels[levels.length - 1]}</text>
                </g>
              );
            })}
            {picture.events.filter((event) => event[3] === "fault").map((event) => {
              const x = place(event[1]), lane = event[2] === null ? 0 : event[2];
              return (
                <g class={`fault ${selected === event[0] ? "selected" : ""}`} {...over(event[0])}>
                  <title>{`${moment(picture, event[1])} ${event[4]}`}</title>
                  <line x1={x} x2={x} y1={AXIS - 4} y2={height} />
                  <path d={`M${x + 1.5} ${tops[lane]! + 3}l-6.5 13h5l-2 11 8.5-14.5h-5.2l2.4-9.5z`} />
                </g>
              );
            })}
            {picture.stuck >= 0 && (
              <g class="stuck"><line x1={stuckX} x2={stuckX} y1={AXIS - 4} y2={height} /></g>
            )}
            {picture.events.filter((event) => evidence.has(event[0])).map((event) => {
              const x = place(event[1]);
              const y = event[2] === null ? AXIS + 2 : tops[event[2]]! + LANE / 2;
              return <circle class="ring" cx={x} cy={y} r="6.5" {...over(event[0])}><title>{`evidence: ${event[4]}`}</title></circle>;
            })}
            {shown && <line class="cursor" x1={place(shown[1])} x2={place(shown[1])} y1={AXIS - 4} y2={height} />}
          </svg>
        </div>
      </div>
      <p class="inspector" aria-live="polite">
        {shown ? <><span class="num">{moment(picture, shown[1])}</span> <b>{shown[2] === null ? "harness" : picture.lanes[shown[2]]!.name}</b> {shown[4]}</>
          : "Point at anything, or step through the events with j and k."}
        {!hovered && !shown && picture.stuck >= 0 && <span class="muted">{picture.steps ? " Shaded: who is left waits for what nobody will write." : " Shaded: the case was found stuck, and the harness ended what was left."}</span>}
      </p>
    </div>
  );
}
