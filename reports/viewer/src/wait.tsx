// The wait-for picture: those who wait on the left, what they wait for in the middle, who holds it on the right.
// A holder that waits itself stands on the left already, so a cycle shows as an arrow back.
import type { Wait, WaitNode } from "./data";

const WIDTHS = [170, 340, 190];
const GAPS = [180, 160];
const HEIGHT = 52;
const STEP = 72;

interface Box { node: WaitNode; x: number; y: number; width: number }

function cut(text: string, width: number, perCharacter = 6.9): string {
  const most = Math.floor((width - 20) / perCharacter);
  return text.length <= most ? text : `${text.slice(0, Math.ceil(most / 2) - 1)}…${text.slice(text.length - Math.floor(most / 2))}`;
}

function columnsOf(wait: Wait): WaitNode[][] {
  const waiters = new Set(wait.edges.filter((edge) => !wait.nodes.find((n) => n.id === edge.from)?.object).map((edge) => edge.from));
  const left = wait.nodes.filter((node) => !node.object && (waiters.has(node.id) || !wait.edges.some((edge) => edge.to === node.id)));
  const middle = wait.nodes.filter((node) => node.object);
  return [left, middle, wait.nodes.filter((node) => !left.includes(node) && !middle.includes(node))];
}

export function WaitPicture({ wait, onPick }: { wait: Wait; onPick?: (event: number) => void }) {
  const columns = columnsOf(wait);
  const most = Math.max(...columns.map((column) => column.length));
  const boxes = new Map<string, Box>();
  columns.forEach((column, c) => {
    const x = 1 + WIDTHS.slice(0, c).reduce((a, b) => a + b, 0) + GAPS.slice(0, c).reduce((a, b) => a + b, 0);
    column.forEach((node, i) => {
      const y = 10 + (most - column.length) * STEP / 2 + i * STEP;
      boxes.set(node.id, { node, x, y, width: WIDTHS[c]! });
    });
  });
  const width = 2 + WIDTHS[0]! + GAPS[0]! + WIDTHS[1]! + (columns[2]!.length ? GAPS[1]! + WIDTHS[2]! : 0);
  const height = most * STEP + 4;
  return (
    <svg class="wait" viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img"
      aria-label={wait.edges.map((edge) => `${edge.from} ${edge.label} ${edge.to}`).join("; ")}>
      <defs>
        <marker id="arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0.5 8 4 0 7.5z" class="arrow-head" /></marker>
      </defs>
      {wait.edges.map((edge) => {
        const from = boxes.get(edge.from)!, to = boxes.get(edge.to)!;
        const back = to.x < from.x;
        const x1 = back ? from.x : from.x + from.width, y1 = from.y + HEIGHT / 2 + (back ? 10 : 0);
        const x2 = back ? to.x + to.width : to.x, y2 = to.y + HEIGHT / 2 + (back ? 10 : 0);
        const bend = (x2 - x1) / 2;
        return (
          <g class={`edge ${back ? "back" : ""}`} onClick={() => onPick?.(edge.event)}>
            <path d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`} marker-end="url(#arrow)" />
            <text x={back ? x1 - 6 : (x1 + x2) / 2} y={back ? y1 + (y2 < y1 ? -6 : 16) : (y1 + y2) / 2 - 6} text-anchor={back ? "end" : "middle"}>{cut(edge.label, 190, 6.2)}</text>
          </g>
        );
      })}
      {[...boxes.values()].map(({ node, x, y, width }) => (
        <g class={`node ${node.object ? "object" : ""} ${node.dead ? "dead" : ""}`} transform={`translate(${x} ${y})`}>
          <title>{`${node.label}: ${node.detail}`}</title>
          <rect width={width} height={HEIGHT} rx={node.object ? 4 : 10} />
          <text x={12} y={21} class="label">{node.dead ? "✕ " : ""}{cut(node.label, width - (node.dead ? 16 : 0), 7.2)}</text>
          <text x={12} y={39} class="detail">{cut(node.detail, width, 6.2)}</text>
        </g>
      ))}
    </svg>
  );
}
