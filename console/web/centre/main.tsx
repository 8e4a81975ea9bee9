/** The centre's client. */
import "../shared/style.css";
import "./centre.css";
import { start } from "../shared/start.tsx";
import { Centre } from "./centre.tsx";

start(Centre);
