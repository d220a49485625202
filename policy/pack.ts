/** The policy pack's program. The engine starts it, and hands it every resource of a preview or an up (docs/policy.md). */
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("cinema-jetstream", { enforcementLevel: "mandatory", policies });
