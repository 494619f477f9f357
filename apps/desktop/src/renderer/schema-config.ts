import * as z from "zod";

// Before the first schema: the window's content security policy has no eval, which zod would try for speed.
z.config({ jitless: true });
