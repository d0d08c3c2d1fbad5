"""Single operations of training, forwards or backwards, by PyTorch on one thread; in whichever memory layout is faster there."""
WORKS = ("upfirdn2d", "depthwise", "batch-norm", "adam", "bias-act")


def operation(arguments):
    """A function without arguments that does the work once."""
    import torch
    import torch.nn.functional as F

    part = arguments.get("part")
    last = {"memory_format": torch.channels_last}

    def images(batch, channels, size):
        return torch.randn(batch, channels, size, size).to(**last)

    def upfirdn2d():
        # Zeros between pixels, two on the left and one on the right, [1, 3, 3, 1]: a transposed convolution of each channel.
        batch, channels, size = arguments["batch"], arguments["channels"], arguments["size"]
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
        weight = (torch.outer(taps, taps) / 16).expand(channels, 1, 4, 4).contiguous()
        x, dy = images(batch, channels, size), images(batch, channels, 2 * size)
        if part == "forward":
            return lambda: F.conv_transpose2d(x, weight, stride=2, padding=1, groups=channels)
        return lambda: F.conv2d(dy, weight, stride=2, padding=1, groups=channels)

    def depthwise():
        batch, channels, size = arguments["batch"], arguments["channels"], arguments["size"]
        x, dy = images(batch, channels, size), images(batch, channels, size)
        weight = torch.randn(channels, 1, 3, 3)
        wanted = [part == "dx", part == "dW", False]
        grads = torch.ops.aten.convolution_backward
        return lambda: grads(dy, x, weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0], channels, wanted)

    def batch_norm():
        batch, channels, size = arguments["batch"], arguments["channels"], arguments["size"]
        x, dy = images(batch, channels, size).requires_grad_(True), images(batch, channels, size)
        norm = torch.nn.BatchNorm2d(channels)

        def run():
            x.grad = None
            norm.zero_grad()
            norm(x).backward(dy)

        return run

    def adam():
        params = [torch.nn.Parameter(torch.randn(arguments["size"])) for _ in range(arguments["count"])]
        for param in params:
            param.grad = torch.randn_like(param)
        optimizer = torch.optim.Adam(params, lr=1e-3, fused=True)  # the faster of the three
        return optimizer.step

    def bias_act():
        batch, channels, size = arguments["batch"], arguments["channels"], arguments["size"]
        x, dy = images(batch, channels, size).requires_grad_(True), images(batch, channels, size)
        bias = torch.randn(channels, requires_grad=True)

        def run():
            x.grad = bias.grad = None
            (F.leaky_relu(x + bias[None, :, None, None], 0.2) * 2**0.5).backward(dy)

        return run

    makers = (upfirdn2d, depthwise, batch_norm, adam, bias_act)
    return dict(zip(WORKS, makers))[arguments["work"]]()
