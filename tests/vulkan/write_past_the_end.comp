// Writes far outside its buffer: what GPU-assisted validation must report.
#version 450
layout(local_size_x_id = 0) in;
layout(push_constant) uniform Push { uint index; };
layout(set = 0, binding = 0) buffer Output { float y[]; };

void main()
{
    y[index] = 1.0;
}
