// A stuck or broken case in three or four sentences, for a reader who has never seen the harness.
import { listed, moment, type Case, type Picture } from "./data";

export interface Fact { heading: string; text: string; event: number | null; bad: boolean }

// "fault: kill at probe:lock.held, held until settled" → "kill at probe:lock.held, …"
const deed = (words: string) => words.replace(/^fault: /, "")
  .replace(", held until settled", ", after it was held there until all others slept or had ended");

function struck(picture: Picture): Fact[] {
  return picture.events.filter((event) => event[3] === "fault").map((event) => {
    const lane = event[2] === null ? undefined : picture.lanes[event[2]];
    const end = lane?.struck ? `; it ${lane.ended}` : "";
    return {
      heading: lane?.struck ? "Who died, and where" : "Fault, and where",
      text: `${lane?.name ?? "harness"}: ${deed(event[4])} (at ${moment(picture, event[1])})${end}`,
      event: event[0], bad: true,
    };
  });
}

// Deaths that no fault brought about and no clean-up.
function died(picture: Picture): Fact[] {
  return picture.lanes.filter((lane) => !lane.struck && !lane.cleaned && lane.ended.startsWith("was killed")).map((lane) => ({
    heading: "Who died besides", text: `${lane.name} ${lane.ended} at ${moment(picture, lane.end)}`, event: null, bad: true,
  }));
}

function waits(picture: Picture): Fact[] {
  const graph = picture.wait;
  if (!graph) return [];
  const node = (id: string) => graph.nodes.find((one) => one.id === id);
  return graph.nodes.filter((one) => one.object).map((object) => {
    const waiting = graph.edges.filter((edge) => edge.to === object.id);
    const onward = graph.edges.filter((edge) => edge.from === object.id);
    const who = listed(waiting.map((edge) => edge.from));
    const holders = [...new Set(onward.map((edge) => edge.label))].map((label) => {
      const ids = onward.filter((edge) => edge.label === label).map((edge) => edge.to);
      const dead = ids.every((id) => node(id)?.dead) ? `, which ${ids.length > 1 ? "are" : "is"} dead` : "";
      return `${label} ${listed(ids)}${dead}`;
    });
    const verb = waiting[0]?.label.replace(/^waits/, waiting.length > 1 ? "wait" : "waits") ?? "waits for";
    const detail = object.detail ? ` (${object.detail})` : "";
    return {
      heading: "Who waits for what",
      text: `${who} ${verb} ${object.label}${detail}${holders.length ? `, ${listed(holders)}` : ""}`,
      event: waiting[0]?.event ?? null, bad: false,
    };
  });
}

// Where nobody was stuck: how each of them ended, so that "nobody hung" need not be guessed.
function ended(picture: Picture, one: Case): Fact[] {
  if (picture.steps || picture.stuck >= 0 || one.verdict === "pass") return [];
  const ways = new Map<string, string[]>();
  for (const lane of picture.lanes) {
    if (!lane.struck && lane.ended) ways.set(lane.ended, [...(ways.get(lane.ended) ?? []), lane.name]);
  }
  const text = [...ways].map(([way, names]) => `${listed(names)} ${way}`).join("; ");
  return text ? [{ heading: "Nobody was stuck", text, event: null, bad: false }] : [];
}

export function storyOf(picture: Picture, one: Case): Fact[] {
  return [...struck(picture).slice(0, 4), ...died(picture), ...waits(picture), ...ended(picture, one)];
}
