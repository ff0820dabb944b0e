// The page: which part of the run is shown stands in the address, so that every view can be linked to.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { numberOf, run, type Case } from "./data";
import { CasePage } from "./case";
import { CasesPage, filtered, type Filter } from "./cases";
import { Overview } from "./overview";
import "./style.css";

interface Place { page: "overview" | "cases" | "case" | "nowhere"; id: string; query: URLSearchParams; section: string }

function placeOf(hash: string): Place {
  const [path = "", words = ""] = hash.replace(/^#/, "").split("?");
  const query = new URLSearchParams(words);
  if (path.startsWith("/case/")) {
    const id = decodeURIComponent(path.slice(6));
    return { page: numberOf(id) >= 0 ? "case" : "nowhere", id, query, section: "" };
  }
  if (path === "/cases") return { page: "cases", id: "", query, section: "" };
  return { page: "overview", id: "", query, section: path.startsWith("/") ? "" : path };
}

const filterOf = (query: URLSearchParams): Filter => ({ q: query.get("q") ?? "", status: query.get("status") ?? "", target: query.get("target") ?? "" });

type Theme = "auto" | "light" | "dark";
function useTheme(): [Theme, () => void] {
  const [theme, setTheme] = useState<Theme>(() => { try { return (localStorage.getItem("harness-theme") as Theme) || "auto"; } catch { return "auto"; } });
  useEffect(() => {
    if (theme === "auto") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
    try { localStorage.setItem("harness-theme", theme); } catch { /* a page from disk may have no storage */ }
  }, [theme]);
  return [theme, () => setTheme(theme === "auto" ? "dark" : theme === "dark" ? "light" : "auto")];
}

const KEYS: [string, string][] = [
  ["/", "filter the cases"], ["o", "overview"], ["c", "cases"], ["j  k", "next, previous event (or case in the list)"], ["Enter", "open the case"],
  ["e", "next piece of evidence"], ["n  p", "next, previous case of the list"], ["+  −  0", "zoom the timeline"], ["s", "even steps or true time"], ["t", "light or dark"], ["?", "this help"],
];

function App() {
  const [place, setPlace] = useState(placeOf(location.hash));
  const [filter, setFilter] = useState<Filter>(filterOf(place.page === "cases" ? place.query : new URLSearchParams()));
  const [theme, turn] = useTheme();
  const [help, setHelp] = useState(false);
  useEffect(() => {
    const moved = () => {
      const next = placeOf(location.hash);
      if (next.page === "cases") setFilter(filterOf(next.query));
      setPlace((before) => {
        if (next.page !== before.page || next.id !== before.id) scrollTo(0, 0);
        return next;
      });
    };
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  useEffect(() => { if (place.section) document.getElementById(place.section)?.scrollIntoView(); }, [place]);
  useEffect(() => {
    const pressed = (key: KeyboardEvent) => {
      const target = key.target as HTMLElement;
      if (key.key === "Escape") { setHelp(false); if (target.tagName === "INPUT") target.blur(); else if (place.page === "case") location.hash = "#/cases"; return; }
      if (target.tagName === "INPUT" || key.ctrlKey || key.metaKey || key.altKey) return;
      if (key.key === "/") { key.preventDefault(); location.hash = "#/cases"; setTimeout(() => document.getElementById("filter")?.focus()); }
      if (key.key === "o") location.hash = "#/";
      if (key.key === "c") location.hash = "#/cases";
      if (key.key === "t") turn();
      if (key.key === "?") setHelp((now) => !now);
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [place, theme]);

  // Stepping goes through the list as it is filtered; from a case outside of it, through all.
  const neighbours = (step: number): Case | undefined => {
    const number = numberOf(place.id);
    let list = filtered(filter);
    if (!list.includes(number)) list = run.cases.map((_, i) => i);
    const next = list[list.indexOf(number) + step];
    return next === undefined ? undefined : run.cases[next];
  };
  const event = place.query.get("event");
  return <>
    <div class="top">
      <a class={`name ${run.run.verdict}`} href="#/"><i />harness</a>
      <nav aria-label="Pages">
        <a href="#/" aria-current={place.page === "overview" ? "page" : undefined}>Overview</a>
        <a href="#/cases" aria-current={place.page === "cases" || place.page === "case" ? "page" : undefined}>Cases <small>{run.cases.length.toLocaleString("en")}</small></a>
      </nav>
      <span class="muted run-id">{run.run.headline} · {run.run.started_at.replace("T", " ").replace("Z", " UTC")}</span>
      <button type="button" onClick={turn} title="Light or dark (t)">{theme === "auto" ? "◐ auto" : theme === "dark" ? "● dark" : "○ light"}</button>
      <button type="button" onClick={() => setHelp(!help)} aria-expanded={help} title="Keys (?)">?</button>
    </div>
    {help && <div class="help" role="dialog" aria-label="Keys"><dl>{KEYS.map(([key, words]) => <><dt><kbd>{key}</kbd></dt><dd>{words}</dd></>)}</dl></div>}
    {place.page === "overview" && <Overview />}
    {place.page === "cases" && <CasesPage filter={filterOf(place.query)} />}
    {place.page === "case" && <CasePage key={place.id} number={numberOf(place.id)} event={event === null ? null : Number(event)} neighbours={neighbours} />}
    {place.page === "nowhere" && <main><h1>No such case in this run</h1><p class="mono">{place.id}</p><p><a href="#/cases">All cases</a></p></main>}
  </>;
}

document.title = `${run.run.headline} · harness`;
const root = document.getElementById("app")!;
root.textContent = "";
render(<App />, root);
