"""Who signs codes and seals papers: keys, certificates, seal servers, algorithms."""
