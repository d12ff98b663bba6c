"""How a tool gets in and out: asked for, connected, set up step by step, observed, live, and gone again."""
