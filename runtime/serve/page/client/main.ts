/** What a page does in the browser: it keeps live, counts on, draws charts, sends its forms. @module */
import { drawCharts } from "./charts.ts";
import { sendForms } from "./forms.ts";
import { listen } from "./live.ts";
import { fitFrames } from "./frames.ts";
import { countOn, localise } from "./times.ts";

localise(document);
countOn();
fitFrames(document);
drawCharts(document);
sendForms();
listen();
