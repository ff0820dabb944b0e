// Small parts that every page uses.
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { statusOf, statusWords, type Case, type Verdict } from "./data";

export function Badge({ one }: { one: Case }) {
  return <span class={`badge ${statusOf(one)}`}>{statusWords(one)}</span>;
}

export function VerdictBadge({ verdict, words }: { verdict: Verdict; words?: string }) {
  const kind = verdict === "fail" ? "surprise" : verdict === "inconclusive" ? "unjudged" : "pass";
  return <span class={`badge ${kind}`}>{words ?? verdict}</span>;
}

export function Command({ text, label }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try { await navigator.clipboard.writeText(text); } catch {
      // A page from disk may not have the clipboard: the old way needs no permission.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    setCopied(true);
  };
  return (
    <div class="command">
      {label && <span class="command-label">{label}</span>}
      <code tabIndex={0}>{text}</code>
      <button type="button" onClick={copy} aria-label={`Copy: ${text}`}>{copied ? "copied" : "copy"}</button>
    </div>
  );
}

export function Section({ id, title, note, children }: { id: string; title: string; note?: string; children: ComponentChildren }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}{note && <span class="note">{note}</span>}</h2>
      {children}
    </section>
  );
}

// Points keep their ids readable: only what an address cannot hold is escaped.
export const caseAddress = (id: string) => `#/case/${encodeURIComponent(id).replaceAll("%2F", "/").replaceAll("%40", "@").replaceAll("%3D", "=").replaceAll("%3A", ":")}`;
export function casesAddress(query: Record<string, string>): string {
  const words = new URLSearchParams(query).toString();
  return words ? `#/cases?${words}` : "#/cases";
}
