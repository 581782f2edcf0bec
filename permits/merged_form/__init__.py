"""The merged form (一表申请): its sections, what is known already, what was typed."""
