import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

// One file that opens from disk: script and style stand in the page, and nothing is fetched.
export default defineConfig({
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  build: { outDir: "dist", emptyOutDir: true, rollupOptions: { input: "report.html" } },
});
