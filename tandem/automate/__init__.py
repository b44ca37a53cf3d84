"""What the house does by itself or at one stroke: runs of acts on one case or many, each with its way back."""
